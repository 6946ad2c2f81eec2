package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.chat.ChatOptions;
import dev.tarn.engine.decode.ChatPrompt;
import dev.tarn.engine.decode.PromptEncoder;
import dev.tarn.engine.tokenize.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code tarn tokenize} makes of one input. */
sealed interface Tokenization {
    /** Ids and the text they stand for. */
    record Result(int[] ids, String text) {}

    /**
     * The ids and text of an input.
     *
     * @throws UsageException where it is not of the kind that is read
     */
    Result of(JsonNode input);

    /** Text to ids. */
    record OfText(Tokenizer tokenizer, boolean special, boolean noBos, boolean bos, boolean eos)
            implements Tokenization {
        @Override
        public Result of(JsonNode input) {
            if (!input.isString()) {
                throw new UsageException("an input is no text; give strings");
            }
            String text = input.stringValue();
            int[] ids = noBos ? tokenizer.encode(text, special) : tokenizer.encodeWithBos(text, special);
            return new Result(framed(tokenizer, ids, bos, eos), text);
        }
    }

    /** Chat messages to the model's chat form: a list of them, or an object with {@code messages}, {@code tools} and variables. */
    record OfMessages(Tokenizer tokenizer, PromptEncoder encoder, boolean generationPrompt, boolean bos, boolean eos)
            implements Tokenization {
        @Override
        public Result of(JsonNode input) {
            boolean bare = input.isArray();
            ChatOptions options = encoder.chatOptions().withGenerationPrompt(generationPrompt);
            ChatPrompt prompt = encoder.chat(
                    messages(bare ? input : input.path("messages")), bare ? options : withFields(options, input));
            return new Result(framed(tokenizer, prompt.ids(), bos, eos), prompt.text());
        }

        private static List<ChatMessage> messages(JsonNode list) {
            if (!list.isArray()) {
                throw new UsageException(
                        "an input holds no chat messages; give a list of objects with role and content");
            }
            return StreamSupport.stream(list.spliterator(), false)
                    .map(message -> new ChatMessage(map(message, "a message")))
                    .toList();
        }

        private static ChatOptions withFields(ChatOptions options, JsonNode input) {
            ChatOptions all = options;
            for (Map.Entry<String, JsonNode> field : input.properties()) {
                all = switch (field.getKey()) {
                    case "messages" -> all;
                    case "tools" -> all.withTools(tools(field.getValue()));
                    default -> all.withVariable(field.getKey(), TokenizeInput.plain(field.getValue()));
                };
            }
            return all;
        }

        private static @Nullable List<Map<String, @Nullable Object>> tools(JsonNode list) {
            return list.isNull()
                    ? null
                    : StreamSupport.stream(list.spliterator(), false)
                            .map(tool -> map(tool, "a tool"))
                            .toList();
        }

        @SuppressWarnings("unchecked") // a JSON object's keys are text
        private static Map<String, @Nullable Object> map(JsonNode node, String what) {
            if (!node.isObject()) {
                throw new UsageException(what + " is no JSON object but " + node.getNodeType());
            }
            return (Map<String, @Nullable Object>) TokenizeInput.plain(node);
        }
    }

    /** Ids to text, special tokens written out. */
    record OfIds(Tokenizer tokenizer) implements Tokenization {
        @Override
        public Result of(JsonNode input) {
            if (!input.isArray()) {
                throw new UsageException("an input is no list of token ids");
            }
            int[] ids = StreamSupport.stream(input.spliterator(), false)
                    .mapToInt(OfIds::id)
                    .toArray();
            return new Result(ids, tokenizer.decode(ids));
        }

        private static int id(JsonNode node) {
            if (!node.isIntegralNumber() || !node.canConvertToInt()) {
                throw new UsageException("token id " + node + " is no whole number");
            }
            return node.intValue();
        }
    }

    private static int[] framed(Tokenizer tokenizer, int[] ids, boolean bos, boolean eos) {
        int[] front = bos && (ids.length == 0 || ids[0] != required(tokenizer.bos(), "BOS"))
                ? new int[] {required(tokenizer.bos(), "BOS")}
                : new int[0];
        int[] end = eos ? new int[] {required(tokenizer.eos(), "EOS")} : new int[0];
        return IntStream.concat(IntStream.concat(Arrays.stream(front), Arrays.stream(ids)), Arrays.stream(end))
                .toArray();
    }

    private static int required(int id, String name) {
        if (id < 0) {
            throw new UsageException(
                    "the model has no " + name + " token; leave --" + name.toLowerCase(java.util.Locale.ROOT) + " out");
        }
        return id;
    }
}
