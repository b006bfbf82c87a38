-- One row: the latest version of a plan and its reference; none where it is new.
SELECT version, reference FROM osara_now WHERE plan_id = $plan_id
