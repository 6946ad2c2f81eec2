package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.reserve.ReservedSequence;
import org.jspecify.annotations.Nullable;

/**
 * One sequence's part in the steps that several take together (see {@link Decoder#decode(java.util.List)}). What fails in one part, such as
 * reading its slow tier, ends that part and no other; its cache then still holds what it held before the step.
 */
public final class DecodeStep {
    private final KvCache cache;
    private final Attention attention;
    private final @Nullable ReservedSequence reserved;
    private final int[] token = new int[1];
    private @Nullable ForwardPass pass;
    private @Nullable EngineException failure;

    /**
     * The part of a sequence.
     *
     * @param attention used by no other sequence that takes the same steps
     * @param reserved what it reads entries through, or null
     */
    public DecodeStep(KvCache cache, Attention attention, @Nullable ReservedSequence reserved) {
        this.cache = cache;
        this.attention = attention;
        this.reserved = reserved;
    }

    /** Sets the token that runs next; the caller has checked that it is in the vocabulary and fits. */
    public void setToken(int id) {
        token[0] = id;
    }

    /** Whose cache this is. */
    KvCache cache() {
        return cache;
    }

    Attention attention() {
        return attention;
    }

    void begin(ForwardPass with) {
        pass = with;
        failure = null;
        with.begin(cache, token, 0, 1, attention, 0, reserved);
    }

    void project(int layer, boolean foresee) {
        if (failure != null) {
            return;
        }
        try {
            pass().project(layer);
            if (foresee) {
                pass().foresee();
            }
        } catch (EngineException e) {
            failure = e;
        }
    }

    /** Attends and, where nobody else will, runs the MLP. */
    void attend(boolean feedForward) {
        if (failure != null) {
            return;
        }
        try {
            pass().attend();
            if (feedForward) {
                pass().feedForward();
            }
        } catch (EngineException e) {
            failure = e;
        }
    }

    void end() {
        if (failure != null) {
            return;
        }
        try {
            pass().end();
        } catch (EngineException e) {
            failure = e;
        }
    }

    /** Whether nothing has ended it. */
    boolean isAlive() {
        return failure == null;
    }

    /** Its row on the way through the layers. */
    ForwardPass pass() {
        ForwardPass of = pass;
        if (of == null) {
            throw new IllegalStateException("no step has begun");
        }
        return of;
    }

    /**
     * Copies the logits of the token that ran last to {@code out}; no other step may have run since.
     *
     * @throws EngineException what ended the step, if something did
     */
    public void readLogits(Decoder decoder, float[] out) {
        if (failure != null) {
            throw failure;
        }
        decoder.readLogits(pass(), out);
    }
}
