package dev.tarn.policy;

/**
 * The pool of slots a policy is made for. A lane is one layer of one sequence; its number is {@code sequence · layers + layer}.
 *
 * @param capacity slots, 0 or more; with 0 nothing is ever resident
 * @param universe ids are 0 to universe - 1
 * @param layers layers that share the pool, 1 or more
 * @param sequences sequences that share the pool, 1 or more
 */
public record PoolShape(int capacity, int universe, int layers, int sequences) {
    /** Checks the numbers. */
    public PoolShape {
        if (capacity < 0 || universe < 0 || layers < 1 || sequences < 1) {
            throw new IllegalArgumentException("a pool of " + capacity + " slots, " + universe + " ids, " + layers
                    + " layers and " + sequences
                    + " sequences cannot be; slots and ids are 0 or more, layers and sequences 1 or more");
        }
    }

    /** The number of lanes. */
    public int lanes() {
        return layers * sequences;
    }
}
