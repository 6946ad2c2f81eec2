package dev.tarn.study.eval;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tarn.study.meter.Calibration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one attention kept, lost and read over windows of one length. Standard errors: of perplexities from the spread over tokens, of
 * all else from the spread over stretches of 1/32 of a window; ratios and differences are paired. NaN where there is none.
 *
 * @param windows windows read
 * @param perplexity exp of the mean negative log likelihood of tokens 1 .. context - 1 of every window
 * @param perplexitySecondHalf the same over tokens context / 2 + 1 .. context - 1 (llama.cpp's definition)
 * @param perplexityRatio perplexity over the dense model's
 * @param kl KL(dense, sparse) of the next token's distributions, in nats, mean over positions
 * @param top1 share of positions whose likeliest next token is the dense one's
 * @param recall dense softmax mass inside the selection, mean over query heads, layers and sampled positions
 * @param oracleRecall the same of the best selection of the same size for the same heads
 * @param setRecall share of the selection that the best one of its size holds too
 * @param outputError length of the difference to the dense attention output over the length of that output, of one layer
 * @param kvBytesPerToken bytes of selected entries, all layers
 * @param indexBytesPerToken bytes of index data that the ranking read, all layers
 * @param budget entries of one selection, over positions and layers
 * @param sampledEvery masses and output errors are measured at every n-th position
 * @param buckets by position in the window
 * @param layers by layer that selects
 * @param steps entries of one position, mean over layers
 * @param psa PSA's P against the true mass; null where the stop rule has no P
 */
public record TextScores(
        int windows,
        double perplexity,
        double perplexitySe,
        double perplexitySecondHalf,
        double perplexitySecondHalfSe,
        double perplexityRatio,
        double perplexityRatioSe,
        double kl,
        double klSe,
        double top1,
        double top1Se,
        double recall,
        double recallSe,
        double oracleRecall,
        double oracleRecallSe,
        double setRecall,
        double setRecallSe,
        double outputError,
        double outputErrorSe,
        double kvBytesPerToken,
        double indexBytesPerToken,
        Budget budget,
        int sampledEvery,
        List<Bucket> buckets,
        List<Layer> layers,
        Spread steps,
        @Nullable Psa psa) {
    /** All bytes read per token. */
    @JsonIgnore
    public double bytesPerToken() {
        return kvBytesPerToken + indexBytesPerToken;
    }

    /** Mean and nearest-rank 95th percentile. */
    public record Budget(double mean, double p95) {}

    /** Nearest-rank percentiles. */
    public record Spread(double p5, double p50, double p95) {}

    /**
     * A share of the window.
     *
     * @param from the first token scored
     * @param to the last one
     */
    public record Bucket(
            int from,
            int to,
            double perplexity,
            double perplexityRatio,
            double perplexityRatioSe,
            double kl,
            double top1,
            double recall) {}

    /** One layer; recall, oracle's recall, set recall and output error as of the whole. */
    public record Layer(
            int layer,
            double recall,
            double oracleRecall,
            double setRecall,
            double outputError,
            double budget,
            Spread spread) {}

    /**
     * PSA's P against the true mass, both the least over the heads that share a selection.
     *
     * @param selections sampled selections that a P ended
     * @param exceeds share of them whose P was above the true mass
     * @param p mean P
     * @param mass mean true mass
     * @param bins by P in hundredths
     */
    public record Psa(long selections, double exceeds, double p, double mass, List<PsaBin> bins) {}

    /** Selections of about one P. */
    public record PsaBin(double p, double mass, long selections, double exceeds) {
        static PsaBin of(Calibration.Bin bin) {
            return new PsaBin(
                    bin.p() / bin.count(), bin.mass() / bin.count(), bin.count(), (double) bin.exceeds() / bin.count());
        }
    }
}
