package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.Console;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.decode.Generation;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.PromptEncoder;
import dev.tarn.engine.decode.Sequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat in the terminal. What earlier turns left in the cache is used again as far as the tokens are the same. */
final class ChatLoop {
    private static final String END = "/bye";

    private final ModelSession session;
    private final AttentionSpec spec;
    private final GenerationOptions options;
    private final Console console;
    private final PromptEncoder encoder;
    private final Generator generator;
    private final List<ChatMessage> messages = new ArrayList<>();
    private int[] cached = {};

    ChatLoop(ModelSession session, AttentionSpec spec, GenerationOptions options, CommandContext context) {
        this.session = session;
        this.spec = spec;
        this.options = options;
        this.console = context.console();
        this.encoder = new PromptEncoder(session.model());
        this.generator = new Generator(
                session.model().tokenizer(), session.decoder().architecture().vocabulary());
    }

    void run() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        console.err().println("chat with " + session.model().name() + "; " + END + " or the end of input leaves");
        try (Sequence sequence =
                new Sequence(session.decoder(), session.decoder().attention(spec, SelectionListener.NONE))) {
            for (String line = ask(in); line != null && !line.strip().equals(END); line = ask(in)) {
                if (!line.isBlank()) {
                    turn(sequence, line);
                }
            }
        }
    }

    private @Nullable String ask(BufferedReader in) throws IOException {
        console.err().print("> ");
        console.err().flush();
        return in.readLine();
    }

    private void turn(Sequence sequence, String line) {
        messages.add(ChatMessage.of("user", line));
        try {
            int[] ids = encoder.chat(messages);
            int same = Math.min(
                    Arrays.mismatch(ids, cached) < 0 ? ids.length : Arrays.mismatch(ids, cached), ids.length - 1);
            sequence.truncate(same);
            cached = Arrays.copyOf(ids, same);
            Generation answer = generator.generate(
                    sequence, Arrays.copyOfRange(ids, same, ids.length), options, this::print, _ -> {});
            cached = Arrays.copyOf(ids, ids.length + answer.tokens().length - 1);
            System.arraycopy(answer.tokens(), 0, cached, ids.length, answer.tokens().length - 1);
            messages.add(ChatMessage.of("assistant", answer.text()));
            console.out().println();
            console.out().flush();
            console.err().println(RunCommand.summary(answer));
        } catch (EngineException e) {
            messages.removeLast();
            console.err().println("tarn: " + e.getMessage());
        }
    }

    private void print(String piece) {
        console.out().print(piece);
        console.out().flush();
    }
}
