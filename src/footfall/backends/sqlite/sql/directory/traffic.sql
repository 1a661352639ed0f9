SELECT at / :step * :step AS start, sum(entered), sum(1 - entered)
FROM segment_history
WHERE segment_id = :id AND at >= :start
GROUP BY 1
ORDER BY 1
