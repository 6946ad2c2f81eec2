package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.decode.PromptEncoder;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.engine.model.ModelText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** {@code tarn tokenize}: text or chat messages on standard input become token ids, or ids text. */
public final class TokenizeCommand extends TarnCommand {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "tiny, a catalogue name, a .gguf file, or a folder with tokenizer.json.")
    private String model = ModelLocator.TINY;

    @Option(names = "--bos", description = "Put BOS in front even where the model does not ask for it.")
    private boolean bos;

    @Option(names = "--no-bos", description = "Put no BOS in front where the model asks for one.")
    private boolean noBos;

    @Option(names = "--eos", description = "Put EOS at the end.")
    private boolean eos;

    @Option(names = "--special", description = "Read special tokens written in the text as such.")
    private boolean special;

    @Option(names = "--chat", description = "Read a JSON list of messages and render the model's chat form.")
    private boolean chat;

    @Option(names = "--template", paramLabel = "FILE", description = "With --chat: this Jinja template.")
    private @Nullable Path template;

    @Option(names = "--no-generation-prompt", description = "With --chat: do not open the assistant's turn.")
    private boolean noGenerationPrompt;

    @Option(names = "--decode", description = "Read token ids and give their text.")
    private boolean decode;

    @Option(names = "--batch", description = "Read a JSON array of such inputs.")
    private boolean batch;

    @Override
    protected void run(CommandContext context) throws IOException {
        check();
        ModelText text = ModelText.open(ModelLocator.find(model));
        ChatTemplate form =
                template == null ? text.template() : ChatTemplate.parse(template.toString(), read(template));
        PromptEncoder encoder = new PromptEncoder(text.tokenizer(), form);
        Tokenization work = decode
                ? new Tokenization.OfIds(text.tokenizer())
                : chat
                        ? new Tokenization.OfMessages(text.tokenizer(), encoder, !noGenerationPrompt, bos, eos)
                        : new Tokenization.OfText(text.tokenizer(), special, noBos, bos, eos);
        String input = utf8("standard input", System.in.readAllBytes());
        if (batch) {
            printBatch(context, text, TokenizeInput.array(input), work);
        } else {
            print(context, text, work.of(chat || decode ? TokenizeInput.json(input, decode) : new StringNode(input)));
        }
    }

    private void print(CommandContext context, ModelText text, Tokenization.Result result) {
        if (context.json()) {
            context.document()
                    .model(text.name(), text.sha256())
                    .put("ids", result.ids())
                    .put("text", result.text())
                    .printTo(context.console());
        } else {
            context.console().out().println(line(result));
        }
    }

    private void printBatch(CommandContext context, ModelText text, List<JsonNode> items, Tokenization work) {
        List<Map<String, Object>> results = new ArrayList<>();
        for (JsonNode item : items) {
            Map<String, Object> fields = attempt(item, work);
            results.add(fields);
            if (!context.json()) {
                context.console().out().println(fields.getOrDefault("line", fields.get("error")));
            }
            fields.remove("line");
        }
        if (context.json()) {
            context.document()
                    .model(text.name(), text.sha256())
                    .put("results", results)
                    .printTo(context.console());
        }
    }

    /** One item's fields; what it is refused for is its {@code error}, and the others go on. */
    private Map<String, Object> attempt(JsonNode item, Tokenization work) {
        Map<String, Object> fields = new LinkedHashMap<>();
        try {
            Tokenization.Result result = work.of(item);
            fields.put("ids", result.ids());
            fields.put("text", result.text());
            fields.put("line", line(result));
        } catch (EngineException | UsageException e) {
            fields.put("error", String.valueOf(e.getMessage()));
        }
        return fields;
    }

    private String line(Tokenization.Result result) {
        return decode
                ? result.text()
                : Arrays.stream(result.ids()).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String read(Path file) throws IOException {
        try {
            return utf8("--template " + file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new UsageException("--template " + file + ": does not exist; give a Jinja template");
        }
    }

    private static String utf8(String what, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException(what + ": is not UTF-8 text; convert it first");
        }
    }

    private void check() {
        if (bos && noBos) {
            throw new UsageException("--bos and --no-bos are both given; give one");
        }
        if (!chat && (template != null || noGenerationPrompt)) {
            throw new UsageException("--template and --no-generation-prompt go with --chat");
        }
        if (chat && (special || decode)) {
            throw new UsageException("--chat takes neither --special nor --decode");
        }
        if (decode && (special || bos || noBos || eos)) {
            throw new UsageException("--decode takes no --special, --bos, --no-bos or --eos");
        }
    }
}
