package dev.tarn.engine.decode;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Answers several prompts together: prefill one after the other, then a token of each per step until all have ended. */
public final class BatchGenerator {
    private final Decoder decoder;
    private final Tokenizer tokenizer;
    private final float[] logits;

    /** A generator for a decoder whose model has this tokenizer. */
    public BatchGenerator(Decoder decoder, Tokenizer tokenizer) {
        this.decoder = decoder;
        this.tokenizer = tokenizer;
        this.logits = new float[decoder.architecture().vocabulary()];
    }

    /**
     * What became of one prompt: a generation, or what ended it.
     *
     * @param generation null where it failed; its {@code decodeNanos} hold the steps of the others too
     * @param failure null where it did not
     */
    public record Outcome(
            @Nullable Generation generation, @Nullable EngineException failure) {}

    /** A sequence on its way. */
    private final class Member {
        private final Sequence sequence;
        private final int[] prompt;
        private final Reply reply;
        private long prefillNanos;
        private long began;
        private boolean running;
        private @Nullable Outcome outcome;

        Member(Sequence sequence, int[] prompt, GenerationOptions options) {
            this.sequence = sequence;
            this.prompt = prompt;
            this.reply = new Reply(tokenizer, options, _ -> {});
        }

        void prefill(GenerationOptions options, IntConsumer progress) {
            long start = System.nanoTime();
            try {
                sequence.requireFits(Math.addExact(prompt.length, options.maxTokens() - 1));
                int sparse = Math.min(prompt.length, options.sparsePromptTokens());
                sequence.prefill(prompt, sequence.length() + prompt.length - sparse, progress);
                prefillNanos = System.nanoTime() - start;
                draw();
            } catch (EngineException e) {
                fail(e);
            }
        }

        /** Draws a token from the logits of the sequence's last. */
        void draw() {
            try {
                sequence.readLogits(logits);
                running = reply.draw(logits);
                if (!running) {
                    finish();
                }
            } catch (EngineException e) {
                fail(e);
            }
        }

        private void finish() {
            long decodeNanos = began == 0 ? 0 : System.nanoTime() - began;
            outcome = new Outcome(reply.finish(prompt.length, prefillNanos, decodeNanos), null);
            sequence.close();
        }

        private void fail(EngineException e) {
            running = false;
            outcome = new Outcome(null, e);
            sequence.close();
        }

        Outcome outcome() {
            Outcome of = outcome;
            if (of == null) {
                throw new IllegalStateException("still running");
            }
            return of;
        }
    }

    /**
     * Continues empty sequences, an {@link dev.tarn.engine.attention.Attention} each, with a prompt each. Each gets what it would get
     * alone; a prompt that fails leaves the others be.
     *
     * @param sequences closed as they end
     * @param prompts token ids, one or more for each
     * @param progress told how many more tokens have run, of prompts and of what was generated
     */
    public List<Outcome> generate(
            List<Sequence> sequences, List<int[]> prompts, GenerationOptions options, IntConsumer progress) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            Member member = new Member(sequences.get(i), prompts.get(i), options);
            members.add(member);
            int[] done = {0};
            member.prefill(options, run -> {
                progress.accept(run - done[0]);
                done[0] = run;
            });
        }
        long began = System.nanoTime();
        members.forEach(member -> member.began = began);
        Batch batch = new Batch(decoder);
        for (List<Member> running = running(members); !running.isEmpty(); running = running(running)) {
            step(batch, running);
            progress.accept(running.size());
        }
        return members.stream().map(Member::outcome).toList();
    }

    private static List<Member> running(List<Member> members) {
        return members.stream().filter(member -> member.running).toList();
    }

    private static void step(Batch batch, List<Member> running) {
        List<Sequence> turn = running.stream().map(member -> member.sequence).toList();
        batch.decode(
                turn, running.stream().mapToInt(member -> member.reply.last()).toArray());
        running.forEach(Member::draw);
    }
}
