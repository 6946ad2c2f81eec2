package dev.tarn.study.tasks;

import java.util.List;

/**
 * What is asked.
 *
 * @param tasks names, in the order of the results
 * @param items questions of each task at each length
 * @param seed of the prompts
 */
public record TaskOptions(List<String> tasks, int items, long seed) {
    /** Checks names and ranges. */
    public TaskOptions {
        tasks = tasks.stream().distinct().toList();
        for (String task : tasks) {
            if (!Tasks.names().contains(task)) {
                throw new IllegalArgumentException(
                        "task '" + task + "' is unknown; known are " + String.join(", ", Tasks.names()));
            }
        }
        if (items < 1) {
            throw new IllegalArgumentException("items is " + items + "; give 1 or more");
        }
    }
}
