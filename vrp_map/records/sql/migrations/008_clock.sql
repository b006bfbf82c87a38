-- When the server was sure of the computer's clock, and when it started; nothing of anybody.

CREATE TABLE clock_look (         -- one row a start, or a day on which the clock was believed
    looked_at TIMESTAMP,
    is_believed BOOLEAN           -- false: it only started then
);
