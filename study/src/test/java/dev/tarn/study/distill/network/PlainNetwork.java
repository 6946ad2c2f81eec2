package dev.tarn.study.distill.network;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import java.util.Arrays;
import java.util.List;

/** Scores, targets and loss in double, one number at a time as the formulas say: what the fast ones are held against. */
final class PlainNetwork {
    private final IndexerShape shape;
    private final AttentionShape attention;
    private final Objective objective;

    PlainNetwork(IndexerShape shape, AttentionShape attention, Objective objective) {
        this.shape = shape;
        this.attention = attention;
        this.objective = objective;
    }

    private double[] rotate(double[] x, int position) {
        double[] y = x.clone();
        int pairs = shape.ropeDims() / 2;
        double[] f = Rope.ofTheta(shape.ropeDims(), shape.ropeTheta(), RopeLayout.HALF_SPLIT)
                .frequencies();
        for (int i = 0; i < pairs; i++) {
            double angle = position * (float) f[i];
            y[i] = x[i] * Math.cos(angle) - x[i + pairs] * Math.sin(angle);
            y[i + pairs] = x[i + pairs] * Math.cos(angle) + x[i] * Math.sin(angle);
        }
        return y;
    }

    private double[] key(RandomActivations in, double[] p, int s) {
        double[] y = new double[shape.dim()];
        for (int d = 0; d < shape.dim(); d++) {
            for (int i = 0; i < shape.hidden(); i++) {
                y[d] += p[shape.keyOffset() + d * shape.hidden() + i] * in.hidden[s][i];
            }
        }
        double mean = Arrays.stream(y).average().orElseThrow();
        double variance =
                Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        for (int d = 0; d < shape.dim(); d++) {
            y[d] = (y[d] - mean) / Math.sqrt(variance + IndexerShape.NORM_EPS) * p[shape.gainOffset() + d]
                    + p[shape.biasOffset() + d];
        }
        return rotate(y, s);
    }

    private double[] query(RandomActivations in, double[] p, int t, int head) {
        double[] y = new double[shape.dim()];
        for (int d = 0; d < shape.dim(); d++) {
            for (int i = 0; i < shape.hidden(); i++) {
                y[d] += p[i * shape.queryDim() + head * shape.dim() + d] * in.hidden[t][i];
            }
        }
        return rotate(y, t);
    }

    /** I(t, s) for s = 0..t. */
    double[] scores(RandomActivations in, double[] p, int t) {
        double[] scores = new double[t + 1];
        for (int head = 0; head < shape.heads(); head++) {
            double[] q = query(in, p, t, head);
            double w = 0;
            for (int i = 0; i < shape.hidden(); i++) {
                w += p[shape.headWeightOffset() + i * shape.heads() + head] * in.hidden[t][i];
            }
            for (int s = 0; s <= t; s++) {
                double[] k = key(in, p, s);
                double dot = 0;
                for (int d = 0; d < shape.dim(); d++) {
                    dot += q[d] * k[d];
                }
                scores[s] += w * Math.max(0, dot);
            }
        }
        return scores;
    }

    /** Dense attention of one head over s = 0..t. */
    double[] probabilities(RandomActivations in, int t, int head) {
        double[] p = new double[t + 1];
        int kv = head / attention.groupSize();
        for (int s = 0; s <= t; s++) {
            for (int d = 0; d < attention.keyDim(); d++) {
                p[s] += (double) in.queries[t][head * attention.keyDim() + d]
                        * in.keys[s][kv * attention.keyDim() + d]
                        * attention.scale();
            }
        }
        double sum = 0;
        for (int s = 0; s <= t; s++) {
            p[s] = Math.exp(p[s]);
            sum += p[s];
        }
        for (int s = 0; s <= t; s++) {
            p[s] /= sum;
        }
        return p;
    }

    /** Head mean of dense attention, over the heads of all given layers. */
    double[] mean(List<RandomActivations> layers, int t) {
        double[] mean = new double[t + 1];
        for (RandomActivations layer : layers) {
            for (int head = 0; head < attention.heads(); head++) {
                double[] p = probabilities(layer, t, head);
                for (int s = 0; s <= t; s++) {
                    mean[s] += p[s] / (attention.heads() * layers.size());
                }
            }
        }
        return mean;
    }

    private double[] max(List<RandomActivations> layers, int t) {
        double[] max = new double[t + 1];
        for (RandomActivations layer : layers) {
            for (int head = 0; head < attention.heads(); head++) {
                double[] p = probabilities(layer, t, head);
                for (int s = 0; s <= t; s++) {
                    max[s] = Math.max(max[s], p[s]);
                }
            }
        }
        return max;
    }

    /** Candidates of the loss of a query at t, best ranked only where the objective says so. */
    private boolean[] candidates(double[] scores, int t) {
        boolean[] in = new boolean[t + 1];
        double[] sorted = new double[0];
        for (int s = objective.sink(); s <= t - objective.recent(); s++) {
            in[s] = true;
            sorted = Arrays.copyOf(sorted, sorted.length + 1);
            sorted[sorted.length - 1] = scores[s];
        }
        if (objective.selected() > 0 && objective.selected() < sorted.length) {
            Arrays.sort(sorted);
            double threshold = sorted[sorted.length - objective.selected()];
            for (int s = 0; s <= t; s++) {
                in[s] &= scores[s] >= threshold;
            }
        }
        return in;
    }

    private static double[] normalised(double[] p, boolean[] in) {
        double sum = 0;
        for (int s = 0; s < p.length; s++) {
            sum += in[s] ? p[s] : 0;
        }
        double[] y = new double[p.length];
        for (int s = 0; s < p.length; s++) {
            y[s] = in[s] ? p[s] / sum : 0;
        }
        return y;
    }

    /** KL of one query. */
    double loss(RandomActivations in, List<RandomActivations> layers, double[] p, int t) {
        double[] scores = scores(in, p, t);
        boolean[] all = new boolean[t + 1];
        Arrays.fill(all, objective.sink(), t - objective.recent() + 1, true);
        double[] target = normalised(mean(layers, t), all);
        if (objective.maxShare() > 0) {
            double[] max = normalised(max(layers, t), all);
            for (int s = 0; s <= t; s++) {
                target[s] += objective.maxShare() * (max[s] - target[s]);
            }
        }
        boolean[] kept = candidates(scores, t);
        target = normalised(target, kept);
        double sum = 0;
        for (int s = 0; s <= t; s++) {
            sum += kept[s] ? Math.exp(scores[s]) : 0;
        }
        double kl = 0;
        for (int s = 0; s <= t; s++) {
            kl += target[s] > 0 ? target[s] * (Math.log(target[s]) - scores[s] + Math.log(sum)) : 0;
        }
        return kl;
    }

    /** Mean dense mass on the candidates. */
    double mass(List<RandomActivations> layers, int t) {
        double[] mean = mean(layers, t);
        double mass = 0;
        for (int s = objective.sink(); s <= t - objective.recent(); s++) {
            mass += mean[s];
        }
        return mass;
    }
}
