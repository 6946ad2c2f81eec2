package dev.tarn.study.distill.text;

import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.chat.ChatOptions;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model's chat form puts around the turns of a conversation; for a model without one, plain questions and answers.
 *
 * @param before up to the first user's text, without a beginning-of-sequence token that the tokenizer adds
 * @param toAnswer between a user's text and the answer
 * @param toQuestion between an answer and the next user's text
 */
record TurnForm(String before, String toAnswer, String toQuestion) {
    private static final TurnForm PLAIN = new TurnForm("", "\nAnswer: ", "\n\n");
    private static final String[] PLACES = {"\uE000", "\uE001", "\uE002", "\uE003"};

    /** The form of a model's template; plain where it has none or hides what was said. */
    static TurnForm of(ModelFile model) {
        ChatTemplate template = model.chatTemplate();
        if (template == null) {
            return PLAIN;
        }
        Tokenizer tokenizer = model.tokenizer();
        ChatOptions options = ChatOptions.of(text(tokenizer, tokenizer.bos()), text(tokenizer, tokenizer.eos()))
                .withGenerationPrompt(false);
        String form = template.render(
                List.of(
                        ChatMessage.of("user", PLACES[0]),
                        ChatMessage.of("assistant", PLACES[1]),
                        ChatMessage.of("user", PLACES[2]),
                        ChatMessage.of("assistant", PLACES[3])),
                options);
        int[] at = new int[PLACES.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = form.indexOf(PLACES[i]);
            if (at[i] < 0) {
                return PLAIN;
            }
        }
        // The second pair is taken: some templates treat a conversation's first answer unlike later ones.
        return new TurnForm(
                form.substring(0, at[0]), form.substring(at[2] + 1, at[3]), form.substring(at[1] + 1, at[2]));
    }

    private static @Nullable String text(Tokenizer tokenizer, int id) {
        return id < 0 ? null : tokenizer.token(id);
    }
}
