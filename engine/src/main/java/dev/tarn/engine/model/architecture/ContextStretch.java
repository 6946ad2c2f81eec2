package dev.tarn.engine.model.architecture;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Rope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a model at contexts longer than it was trained for, without training: rotary embeddings stretched by YaRN (Peng et al. 2023)
 * with the parameters of llama.cpp's {@code --rope-scaling yarn --rope-scale N}. Layers with a sliding window stay as they are.
 */
public final class ContextStretch {
    /** As trained. */
    public static final double NONE = 1;

    private static final double MOST = 256;
    private static final double BETA_FAST = 32;
    private static final double BETA_SLOW = 1;
    /** Frequencies are float32 in some files. */
    private static final double TOLERANCE = 1e-4;

    private ContextStretch() {}

    /**
     * The architecture with a context {@code factor} times as long.
     *
     * @param factor 1 to 256; 1 gives the architecture itself
     * @param path the model's, for errors
     * @throws EngineException where the factor is out of range, attention is latent, or the rotation is scaled already
     */
    public static Architecture apply(Architecture a, double factor, Path path) {
        if (factor == NONE) {
            return a;
        }
        if (!(factor >= 1 && factor <= MOST)) {
            throw new EngineException("the context cannot be stretched " + factor + " times; give 1 to " + (int) MOST);
        }
        if (a.projection() instanceof AttentionProjection.Latent) {
            throw new EngineException(
                    path + ": has latent attention, whose context cannot be stretched; leave --rope-scale out");
        }
        List<LayerDescription> stack = new ArrayList<>();
        for (LayerDescription layer : a.stack()) {
            Rope rope = layer.window() == Integer.MAX_VALUE ? layer.rope() : null;
            stack.add(
                    rope == null
                            ? layer
                            : layer.withRope(stretched(unscaled(rope, path), factor, a.contextLength(), true)));
        }
        return a.stretched(factor, (int) Math.min(Integer.MAX_VALUE, a.contextLength() * factor), List.copyOf(stack));
    }

    /** The rotation of index keys that goes with an architecture's: their scores are only compared, so nothing changes their size. */
    public static Rope indexRope(Architecture a, Rope trained) {
        return a.stretch() == NONE ? trained : stretched(trained, a.stretch(), a.contextLength() / a.stretch(), false);
    }

    private static Rope stretched(Rope rope, double factor, double context, boolean magnified) {
        RopeScaling yarn = new RopeScaling.Yarn(
                factor, BETA_FAST, BETA_SLOW, context, true, magnified ? RopeScaling.yarnMagnitude(factor, 1) : 1);
        Rope scaled = yarn.rope(rope.dims(), rope.theta(), rope.layout());
        return new Rope(rope.offset(), rope.dims(), scaled.frequencies(), rope.layout(), scaled.magnitude());
    }

    private static Rope unscaled(Rope rope, Path path) {
        double[] trained =
                Rope.ofTheta(rope.dims(), rope.theta(), rope.layout()).frequencies();
        boolean same = rope.magnitude() == 1;
        for (int i = 0; i < trained.length; i++) {
            same &= Math.abs(rope.frequencies()[i] / trained[i] - 1) < TOLERANCE * (i + 1);
        }
        if (!same) {
            throw new EngineException(
                    path
                            + ": its rotary embedding is scaled already, so its context cannot be stretched; leave --rope-scale out");
        }
        return rope;
    }
}
