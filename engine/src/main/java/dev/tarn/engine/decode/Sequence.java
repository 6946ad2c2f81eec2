package dev.tarn.engine.decode;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.RandomCache;
import dev.tarn.engine.model.DecodeStep;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.prefix.PrefixCache;
import dev.tarn.engine.prefix.PrefixChain;
import dev.tarn.engine.reserve.Reservation;
import dev.tarn.engine.reserve.ReservedSequence;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One sequence being decoded: its cache, how it attends, and the logits of its last token. */
public final class Sequence implements AutoCloseable {
    private final Decoder decoder;
    private final Attention attention;
    private final KvCache cache;
    private final int[] single = new int[1];
    private @Nullable ReservedSequence reserved;
    private @Nullable DecodeStep step;
    private boolean steppedLast;
    private int lastRow;

    /** An empty sequence. */
    public Sequence(Decoder decoder, Attention attention) {
        this(decoder, attention, decoder.newCache());
    }

    private Sequence(Decoder decoder, Attention attention, KvCache cache) {
        this.decoder = decoder;
        this.attention = attention;
        this.cache = cache;
    }

    /** A second sequence that continues from here with another attention; the cache is shared copy-on-write. */
    public Sequence fork(Attention other) {
        Sequence fork = new Sequence(decoder, other, cache.fork());
        fork.lastRow = lastRow;
        return fork;
    }

    /** Appends random entries and index keys until {@code length} tokens are held, to time decoding at that depth. */
    public void fillRandomly(int length, long seed) {
        RandomCache.fill(cache, length, seed);
    }

    /** Forgets the tokens from {@code length} on; logits of what is left cannot be read. */
    public void truncate(int length) {
        cache.truncate(length);
        settle();
    }

    /** Lets the reservation forget what no longer stands, or does not yet stand, at the end of the cache. */
    private void settle() {
        ReservedSequence of = reserved;
        if (of != null) {
            of.truncate(length());
        }
    }

    /** Tokens run so far. */
    public int length() {
        return cache.length();
    }

    /** Bytes that the sequence's entries and index keys take. */
    public long cacheBytes() {
        return cache.bytes();
    }

    /**
     * Runs tokens in batches. Of a prompt of several batches that begins an empty sequence, those that the decoder's prefix cache holds are
     * taken from there; the logits of the last batch are those of running all, to the bit.
     *
     * @param sparseFrom positions below it attend densely
     * @param progress told after each batch how many of these tokens have run
     * @throws EngineException where there are none, they do not fit the model's context, or one is not in its vocabulary
     */
    public void prefill(int[] tokens, int sparseFrom, IntConsumer progress) {
        if (tokens.length == 0) {
            throw new EngineException("the prompt has no tokens; give at least one");
        }
        requireFits(tokens.length);
        for (int id : tokens) {
            requireKnown(id);
        }
        settle();
        PrefixCache prefixes = length() == 0 && tokens.length > Decoder.BATCH ? decoder.prefixes() : null;
        PrefixChain chain = prefixes == null ? null : chain(prefixes, tokens, sparseFrom);
        int held = prefixes == null || chain == null ? 0 : prefixes.restore(cache, chain, tokens.length);
        progress.accept(held);
        for (int from = held; from < tokens.length; from += Decoder.BATCH) {
            int rows = Math.min(Decoder.BATCH, tokens.length - from);
            decoder.forward(cache, tokens, from, rows, attention, sparseFrom);
            if (prefixes != null && chain != null && rows == Decoder.BATCH) {
                attention.summarise(cache);
                prefixes.keep(cache, chain, from / Decoder.BATCH);
            }
            progress.accept(from + rows);
        }
        ranAlone((tokens.length - 1) % Decoder.BATCH);
    }

    /** The names of the prompt's batches; room is made for the block summaries that come with them. */
    private PrefixChain chain(PrefixCache prefixes, int[] tokens, int sparseFrom) {
        int from = decoder.isNativelySparse() ? 0 : sparseFrom;
        attention.summarise(cache);
        return prefixes.chain(tokens, i -> attention.manner(i * Decoder.BATCH, (i + 1) * Decoder.BATCH, from));
    }

    /**
     * Runs one token by the sequence's attention, through the decoder's reservation if it has one.
     *
     * @throws EngineException where it does not fit, or the slow tier cannot be read; other sequences can go on
     */
    public void decode(int token) {
        requireFits(1);
        requireKnown(token);
        single[0] = token;
        decoder.decode(cache, single, attention, reserved());
        ranAlone(0);
    }

    private void ranAlone(int row) {
        lastRow = row;
        steppedLast = false;
    }

    /** Its part in a step that it takes with others, with the token to run; {@link #ranTogether} says that it was taken. */
    DecodeStep prepare(int token) {
        requireFits(1);
        requireKnown(token);
        DecodeStep of = step;
        if (of == null) {
            of = new DecodeStep(cache, attention, reserved());
            step = of;
        }
        of.setToken(token);
        return of;
    }

    void ranTogether() {
        steppedLast = true;
    }

    private @Nullable ReservedSequence reserved() {
        Reservation reservation = decoder.reservation();
        if (reserved == null && reservation != null) {
            reserved = reservation.join(cache);
        }
        return reserved;
    }

    /**
     * Copies the logits of the last token run to {@code out}; no other sequence may have run since, but with it in a {@link Batch}.
     *
     * @throws EngineException what ended its part in the batch's last step, if something did
     */
    public void readLogits(float[] out) {
        DecodeStep together = step;
        if (steppedLast && together != null) {
            together.readLogits(decoder, out);
            return;
        }
        decoder.logits(lastRow, 1).read(0, 0, out.length, out, 0);
    }

    /** Throws where {@code more} tokens would not fit the model's context. */
    public void requireFits(int more) {
        int context = decoder.architecture().contextLength();
        if ((long) length() + more > context) {
            throw new EngineException("the sequence would have " + ((long) length() + more)
                    + " tokens, but the model's context holds " + context
                    + "; shorten the prompt, generate less, or stretch the context (--rope-scale)");
        }
    }

    private void requireKnown(int id) {
        if (id < 0 || id >= decoder.architecture().vocabulary()) {
            throw new EngineException("token id " + id + " is outside the model's vocabulary of "
                    + decoder.architecture().vocabulary());
        }
    }

    /** Returns the cache's pages, and the slots of the reservation. */
    @Override
    public void close() {
        ReservedSequence of = reserved;
        if (of != null) {
            of.close();
        }
        cache.close();
    }
}
