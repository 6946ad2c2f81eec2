package dev.tarn.engine.attention;

import java.math.BigDecimal;
import java.util.List;

/** When the units taken so far are enough. */
public sealed interface StopRule {
    /** Every candidate is taken: dense attention. */
    record All() implements StopRule {
        @Override
        public String toString() {
            return "all";
        }
    }

    /**
     * A fixed budget of positions, the always-kept ones included.
     *
     * @param k positions; at least 1
     */
    record TopK(int k) implements StopRule {
        @Override
        public String toString() {
            return "k:" + k;
        }
    }

    /**
     * A budget for each layer.
     *
     * @param file where it was read from
     * @param k positions, one for each layer of the model
     */
    record Budgets(String file, List<Integer> k) implements StopRule {
        /** Keeps its own copy. */
        public Budgets {
            k = List.copyOf(k);
        }

        @Override
        public String toString() {
            return "budgets:" + file;
        }
    }

    /**
     * PSA's rule (Zhou et al., arXiv 2503.00392): units are taken in waves until P = ES_acc / (ES_acc + ES_min · N_left) exceeds
     * eps, where ES_acc is the exp-sum of all units taken, ES_min the smallest of one unit and N_left counts those not taken.
     *
     * @param eps in (0, 1]; 1 takes everything
     */
    record Mass(double eps) implements StopRule {
        @Override
        public String toString() {
            return "mass:" + plain(eps);
        }
    }

    /**
     * Waves until the last one added less than mu per entry to the attention mass so far: the mean over heads of ES_wave / ES_acc,
     * divided by the wave's entries.
     *
     * @param mu in [0, 1); 0 takes everything
     */
    record Marginal(double mu) implements StopRule {
        @Override
        public String toString() {
            return "marginal:" + plain(mu);
        }
    }

    /**
     * The marginal rule's open loop: every position whose estimated probability exceeds tau. The estimate is the softmax of the
     * index scores over the positions that are not always kept, times the layer's usual mass there; for the oracle it is the
     * probability itself, averaged over heads.
     *
     * @param tau in (0, 1)
     * @param file where the masses were read from; empty where none was given: then the indexer's own are used
     * @param masses the usual dense mass outside what is always kept, one for each layer of the model
     */
    record Probability(double tau, String file, List<Double> masses) implements StopRule {
        /** Keeps its own copy. */
        public Probability {
            masses = List.copyOf(masses);
        }

        @Override
        public String toString() {
            return "prob:" + plain(tau);
        }
    }

    /** Whether units are taken in waves, each attended before the rule is asked. */
    default boolean takesWaves() {
        return this instanceof Mass || this instanceof Marginal;
    }

    /** The rule as the short option of a preset: k=256, eps=0.95, mu=0.0001, tau=0.001 or budgets=FILE. */
    default String option() {
        return switch (this) {
            case Mass mass -> "eps=" + plain(mass.eps());
            case Marginal marginal -> "mu=" + plain(marginal.mu());
            case Probability probability -> "tau=" + plain(probability.tau());
            case All _, TopK _, Budgets _ -> toString().replaceFirst(":", "=");
        };
    }

    /** A number without exponent or trailing zeros. */
    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
