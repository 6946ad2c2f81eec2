package dev.tarn.study.needle;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.text.Sentences;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes prompts in a model's own chat form (without one, as plain text): sentences planted in book text, or lines of a list, and
 * questions about them.
 */
public final class Haystacks {
    /** A list that is shorter asks for nothing. */
    private static final int FEWEST_LINES = 5;

    private final Tokenizer tokenizer;
    private final ChatForm form;
    private final List<Sentences> books;

    /** Prompts over texts, with a model's tokenizer and chat form. */
    public Haystacks(ModelFile model, List<TextSource> texts) {
        this.tokenizer = model.tokenizer();
        this.form = ChatForm.of(model);
        this.books = texts.stream()
                .map(text -> new Sentences(text.content(), tokenizer))
                .toList();
    }

    /** A question behind the text, in the user's turn; the answer is the model's. */
    public Needle question(double depth, String question, String answer) {
        return needle(depth, "\n" + question + form.after(), answer);
    }

    /**
     * A question whose answer is begun for the model, so that what follows is the answer alone, whatever its manners (RULER's
     * answer prefix).
     *
     * @param lead how the answer begins, up to what is asked
     */
    public Needle question(double depth, String question, String lead, String answer) {
        String begun = form.chat() ? form.after() + lead : "\n" + lead;
        return needle(depth, "\n" + question + begun, answer);
    }

    /**
     * A question for a set of names, in any order; the answer is begun for the model.
     *
     * @param lead as in {@link #question(double, String, String, String)}
     */
    public Needle names(String question, String lead, List<String> names) {
        Needle all = question(Double.NaN, question, lead, String.join(" ", names));
        return new Needle(all.depth(), all.question(), all.answer(), all.answerTokens(), names);
    }

    private Needle needle(double depth, String question, String answer) {
        return new Needle(depth, tokenizer.encode(question, true), answer, tokenizer.encode(" " + answer, false));
    }

    /**
     * Plants statements at sentence borders of book text drawn at random.
     *
     * @param length tokens of everything, the longest question, its answer and end token included
     * @throws StudyException where no text is long enough, or the length leaves no room for text
     */
    public NeedlePrompt plant(RandomGenerator random, int length, List<Statement> statements, List<Needle> questions) {
        List<Statement> ordered = statements.stream()
                .sorted(Comparator.comparingDouble(Statement::depth))
                .toList();
        List<int[]> tokens = ordered.stream()
                .map(statement -> tokenizer.encode(" " + statement.text(), false))
                .toList();
        int room = room(length, questions)
                - tokens.stream().mapToInt(t -> t.length).sum();
        if (room < 1) {
            throw new StudyException("a prompt of " + length + " tokens leaves no room for text around "
                    + statements.size() + " facts and a question; make it longer by " + (1 - room) + " or plant fewer");
        }
        return new NeedlePrompt(length, assemble(Passage.draw(books, random, room), ordered, tokens), questions);
    }

    /**
     * A prompt of lines instead of book text.
     *
     * @param length as in {@link #plant}
     */
    public NeedlePrompt list(int length, List<String> lines, List<Needle> questions) {
        int[] body = tokenizer.encode(String.join("\n", lines), false);
        if (lines.size() < FEWEST_LINES || body.length > room(length, questions)) {
            throw new StudyException("a prompt of " + length
                    + " tokens leaves no room for a list and a question about it;" + " make it longer");
        }
        int[] context = Arrays.copyOf(form.before(), form.before().length + body.length);
        System.arraycopy(body, 0, context, form.before().length, body.length);
        return new NeedlePrompt(length, context, questions);
    }

    /** Tokens that a prompt of so many in all leaves for its text. */
    public int room(int length, List<Needle> questions) {
        int longest = questions.stream()
                .mapToInt(needle -> needle.question().length + needle.mostTokens() + 1)
                .max()
                .orElse(0);
        return length - form.before().length - longest;
    }

    /** How many tokens a line of a list takes. */
    public int lineTokens(String line) {
        return tokenizer.encode("\n" + line, false).length;
    }

    private int[] assemble(Passage passage, List<Statement> statements, List<int[]> tokens) {
        int[] text = passage.tokens();
        List<int[]> parts = new ArrayList<>();
        parts.add(form.before());
        int copied = 0;
        for (int i = 0; i < statements.size(); i++) {
            int place =
                    Math.max(copied, passage.borderFrom((int) (statements.get(i).depth() * text.length)));
            parts.add(Arrays.copyOfRange(text, copied, place));
            parts.add(tokens.get(i));
            copied = place;
        }
        parts.add(Arrays.copyOfRange(text, copied, text.length));
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }
}
