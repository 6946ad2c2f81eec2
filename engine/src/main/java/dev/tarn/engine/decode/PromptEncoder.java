package dev.tarn.engine.decode;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.chat.ChatOptions;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a user says into token ids: plain text, or a conversation in the model's chat form. Special tokens of the chat form
 * become their ids; special tokens written in a message stay text.
 */
public final class PromptEncoder {
    private static final Pattern NEVER = Pattern.compile("(?!)");

    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;
    private final Pattern special;

    /** An encoder with a model's tokenizer and template. */
    public PromptEncoder(ModelFile model) {
        this(model.tokenizer(), model.chatTemplate());
    }

    /** An encoder with a tokenizer and a template, or null for none. */
    public PromptEncoder(Tokenizer tokenizer, @Nullable ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
        List<String> tokens = IntStream.range(0, tokenizer.vocabularySize())
                .filter(tokenizer::isSpecial)
                .mapToObj(tokenizer::token)
                .filter(token -> !token.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        this.special = tokens.isEmpty() ? NEVER : Pattern.compile(anyOf(tokens));
    }

    /** The tokens' first characters are looked for before the tokens are: vocabularies may have thousands of special ones. */
    private static String anyOf(List<String> tokens) {
        String first = tokens.stream()
                .map(token -> Pattern.quote(token.substring(0, 1)))
                .distinct()
                .collect(Collectors.joining("|", "(?=", ")"));
        return first + tokens.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    /**
     * The ids of a text as it is, special tokens included.
     *
     * @param bos whether a BOS token goes in front, where the model wants one and the text does not begin with it
     */
    public int[] raw(String text, boolean bos) {
        int[] ids = tokenizer.encode(text, true);
        boolean has = ids.length > 0 && ids[0] == tokenizer.bos();
        return bos && !has ? tokenizer.encodeWithBos(text, true) : ids;
    }

    /**
     * The ids of a conversation up to where the assistant's next turn begins.
     *
     * @throws EngineException where the model has no chat template, or the template refuses the conversation
     */
    public int[] chat(List<ChatMessage> messages) {
        return chat(messages, chatOptions()).ids();
    }

    /** What a template is given unless the caller changes it: the model's tokens, a generation prompt, no tools. */
    public ChatOptions chatOptions() {
        return ChatOptions.of(textOf(tokenizer.bos()), textOf(tokenizer.eos()));
    }

    /**
     * A conversation in the model's chat form.
     *
     * @throws EngineException where the model has no chat template, or the template refuses the conversation
     */
    public ChatPrompt chat(List<ChatMessage> messages, ChatOptions options) {
        if (template == null) {
            throw new EngineException("the model has no chat template; use --raw to give it plain text");
        }
        char guard = guard(messages);
        List<ChatMessage> guarded =
                messages.stream().map(message -> guarded(message, guard)).toList();
        String rendered = template.render(guarded, options);
        if (rendered.indexOf(guard) < 0) {
            return new ChatPrompt(rendered, tokenizer.encode(rendered, true));
        }
        return new ChatPrompt(rendered.replace(String.valueOf(guard), ""), encode(rendered, guard));
    }

    private @Nullable String textOf(int id) {
        return id < 0 ? null : tokenizer.token(id);
    }

    /** A private-use character that no message contains. */
    private static char guard(List<ChatMessage> messages) {
        StringBuilder written = new StringBuilder();
        messages.forEach(message -> written.append(message.fields()));
        String all = written.toString();
        for (char c = '\uE000'; c <= '\uF8FF'; c++) {
            if (all.indexOf(c) < 0) {
                return c;
            }
        }
        throw new EngineException("the messages use every private-use character; remove some");
    }

    /** Puts the guard behind the first character of every special token written in the message, so that none is read as one. */
    private ChatMessage guarded(ChatMessage message, char guard) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        message.fields().forEach((name, value) -> fields.put(name, harmless(value, guard)));
        return new ChatMessage(fields);
    }

    private @Nullable Object harmless(@Nullable Object value, char guard) {
        return switch (value) {
            case String text -> harmless(text, guard);
            case List<?> list -> harmless(list, guard);
            case Map<?, ?> map -> harmless(map, guard);
            case null, default -> value;
        };
    }

    private List<@Nullable Object> harmless(List<?> list, char guard) {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(element -> copy.add(harmless((Object) element, guard)));
        return copy;
    }

    private Map<Object, @Nullable Object> harmless(Map<?, ?> map, char guard) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(name, harmless((Object) value, guard)));
        return copy;
    }

    private String harmless(String text, char guard) {
        return special.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(match.group().charAt(0)
                        + String.valueOf(guard)
                        + match.group().substring(1)));
    }

    private int[] encode(String rendered, char guard) {
        List<int[]> pieces = new ArrayList<>();
        Matcher matcher = special.matcher(rendered);
        int from = 0;
        while (matcher.find()) {
            addText(pieces, rendered.substring(from, matcher.start()), guard);
            pieces.add(new int[] {tokenizer.id(matcher.group())});
            from = matcher.end();
        }
        addText(pieces, rendered.substring(from), guard);
        return pieces.stream().flatMapToInt(IntStream::of).toArray();
    }

    private void addText(List<int[]> pieces, String text, char guard) {
        if (!text.isEmpty()) {
            pieces.add(tokenizer.encode(text.replace(String.valueOf(guard), ""), false));
        }
    }
}
