package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;

/** How the frequencies of a rotary embedding are stretched to contexts longer than the first training's. */
sealed interface RopeScaling {
    /** As trained. */
    record None() implements RopeScaling {}

    /** Every frequency divided by a factor (Chen et al. 2023). */
    record Linear(double factor) implements RopeScaling {}

    /** Llama 3.1: wavelengths above context / low are divided by the factor, below context / high kept, between blended. */
    record Llama3(double factor, double low, double high, double context) implements RopeScaling {
        private double scaled(double frequency) {
            double turns = context * frequency / (2 * Math.PI);
            if (turns > high) {
                return frequency;
            }
            if (turns < low) {
                return frequency / factor;
            }
            double smooth = (turns - low) / (high - low);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    /**
     * YaRN (Peng et al. 2023, section 3.2): pairs that turn more than betaFast times over the context are kept, those that turn less
     * than betaSlow times divided by the factor, a ramp between.
     *
     * @param truncate whether the ramp's ends are rounded outward to whole pairs
     * @param magnitude the attention factor, on cosines and sines
     */
    record Yarn(double factor, double betaFast, double betaSlow, double context, boolean truncate, double magnitude)
            implements RopeScaling {
        private void scale(double[] f, int dims, double theta) {
            double from = pairThatTurns(betaFast, dims, theta);
            double to = pairThatTurns(betaSlow, dims, theta);
            double low = Math.max(truncate ? Math.floor(from) : from, 0);
            double high = Math.min(truncate ? Math.ceil(to) : to, dims - 1);
            double width = low == high ? 0.001 : high - low;
            for (int i = 0; i < f.length; i++) {
                double stretched = Math.clamp((i - low) / width, 0, 1);
                f[i] = f[i] / factor * stretched + f[i] * (1 - stretched);
            }
        }

        /** The pair, as a fraction, that turns this many times over the context. */
        private double pairThatTurns(double turns, int dims, double theta) {
            return dims * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /** The rotation of the {@code dims} leading dimensions with these frequencies. */
    default Rope rope(int dims, double theta, RopeLayout layout) {
        Rope plain = Rope.ofTheta(dims, theta, layout);
        double[] f = plain.frequencies();
        switch (this) {
            case None _ -> {}
            case Linear linear -> {
                for (int i = 0; i < f.length; i++) {
                    f[i] /= linear.factor;
                }
            }
            case Llama3 llama -> {
                for (int i = 0; i < f.length; i++) {
                    f[i] = llama.scaled(f[i]);
                }
            }
            case Yarn yarn -> {
                yarn.scale(f, dims, theta);
                return new Rope(0, dims, f, layout, yarn.magnitude);
            }
        }
        return plain;
    }

    /** YaRN's attention factor for a stretch by {@code factor}: 0.1 · weight · ln(factor) + 1. */
    static double yarnMagnitude(double factor, double weight) {
        return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }
}
