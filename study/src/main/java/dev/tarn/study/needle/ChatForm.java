package dev.tarn.study.needle;

import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.chat.ChatOptions;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import java.util.List;

/**
 * What the model's own chat form puts before and after one user message.
 *
 * @param before tokens up to the user's text, the beginning of the sequence included
 * @param after the form's text behind it, up to where the answer begins
 * @param chat whether there is a chat form; else the text is simply continued
 */
record ChatForm(int[] before, String after, boolean chat) {
    private static final String PLACE = "\uE000";

    /** The form of a model's template; without one, plain text from the beginning of a sequence. */
    static ChatForm of(ModelFile model) {
        Tokenizer tokenizer = model.tokenizer();
        ChatTemplate template = model.chatTemplate();
        String form =
                template == null ? PLACE : template.render(List.of(ChatMessage.of("user", PLACE)), options(tokenizer));
        int at = form.indexOf(PLACE);
        if (at < 0) {
            throw new StudyException(model.path() + ": the chat template leaves out the user's text");
        }
        int[] before = tokenizer.encode(form.substring(0, at), true);
        if (tokenizer.addsBos() && (before.length == 0 || before[0] != tokenizer.bos())) {
            before = tokenizer.encodeWithBos(form.substring(0, at), true);
        }
        return new ChatForm(before, form.substring(at + PLACE.length()), template != null);
    }

    private static ChatOptions options(Tokenizer tokenizer) {
        return ChatOptions.of(
                tokenizer.bos() < 0 ? null : tokenizer.token(tokenizer.bos()),
                tokenizer.eos() < 0 ? null : tokenizer.token(tokenizer.eos()));
    }
}
