package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Backend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a threshold on estimated probability into one on scores, which have the same order. */
final class ProbabilityRule {
    private final Backend backend;
    private final StopRule.Probability rule;
    private final RankingKind rank;
    private final List<Double> masses;
    private final Kept kept;
    private float[] exponentials = new float[0];

    /**
     * A rule for scores of the spec's ranking.
     *
     * @throws EngineException where the layers' usual masses are needed and unknown
     */
    ProbabilityRule(
            Backend backend, AttentionSpec spec, StopRule.Probability rule, @Nullable LightningIndexer indexer) {
        this.backend = backend;
        this.rule = rule;
        this.rank = spec.rank();
        this.kept = new Kept(spec);
        this.masses = rule.masses().isEmpty() && indexer != null ? indexer.usualMasses() : rule.masses();
        if (rank == RankingKind.LIGHTNING && masses.isEmpty()) {
            throw new EngineException(
                    "attention '" + spec + "' needs the usual mass of every layer, and the indexer's file"
                            + " has no usual_masses: give masses=FILE, which 'tarn eval --make-budgets FILE' makes from text");
        }
    }

    /** The score above which a position of n candidates is taken; {@code heads} query heads share the selection. */
    float threshold(float[] scores, int n, int layer, int heads) {
        if (rank == RankingKind.ORACLE) {
            return (float) (rule.tau() * heads);
        }
        kept.decide(n, n);
        int count = n - kept.low - kept.high;
        if (exponentials.length < count) {
            exponentials = new float[Math.max(count, 2 * exponentials.length)];
        }
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            exponentials[i] = scores[kept.low + i];
            max = Math.max(max, exponentials[i]);
        }
        double sum = backend.expSum(exponentials, 0, count, max);
        return (float) (max + Math.log(rule.tau() * sum / masses.get(layer)));
    }
}
