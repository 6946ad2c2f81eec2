package dev.tarn.sim.hardware;

/**
 * One cell of the grid.
 *
 * @param capacity reserved entries, all pools together
 * @param capacityBytes the same in bytes
 * @param page tokens that one read fetches together
 * @param stepBudget T in seconds
 * @param latency of one miss in seconds
 * @param missesPerStep m, over layers and sequences
 * @param slowdown against reading each layer's selection at once
 */
public record SlowdownPoint(
        long capacity,
        long capacityBytes,
        int page,
        double stepBudget,
        double latency,
        double missesPerStep,
        double slowdown) {}
