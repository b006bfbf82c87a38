"""The page of needs assessments."""
