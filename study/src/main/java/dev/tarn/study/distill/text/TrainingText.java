package dev.tarn.study.distill.text;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Draws windows of training text. Window i depends on the mix's seed and on i alone, so that a run can be resumed at any window.
 */
public final class TrainingText {
    private static final int MOST_FACTS = 8;
    private static final List<String> QUESTION_LEADS = List.of("\n", "\n", "\n\n", " ");
    /** How often an answer is a whole sentence instead of the value alone. */
    private static final double SENTENCES = 0.5;

    private final Tokenizer tokenizer;
    private final TurnForm form;
    private final int[] before;
    private final int[] beginning;
    private final FactGenerator facts = new FactGenerator();
    private final List<Book> books;
    private final TextMix mix;

    /**
     * Training text for a model.
     *
     * @throws StudyException where no text is as long as the longest window
     */
    public TrainingText(ModelFile model, List<TextSource> texts, TextMix mix) {
        this.tokenizer = model.tokenizer();
        this.form = TurnForm.of(model);
        this.mix = mix;
        this.before = tokenizer.addsBos()
                ? tokenizer.encodeWithBos(form.before(), true)
                : tokenizer.encode(form.before(), true);
        this.beginning = tokenizer.addsBos() ? new int[] {tokenizer.bos()} : new int[0];
        this.books = texts.stream().map(text -> new Book(text, tokenizer)).toList();
        if (books.stream().noneMatch(book -> book.holds(mix.longest()))) {
            throw new StudyException("none of the " + texts.size() + " texts holds a window of " + mix.longest()
                    + " tokens; give longer texts or shorter contexts");
        }
    }

    /** Window number {@code index}. */
    public TextWindow window(long index) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(mix.seed() * 1_000_003 + index);
        int length = mix.length(random.nextDouble());
        return random.nextDouble() < mix.facts() ? factWindow(random, length) : plainWindow(random, length);
    }

    private Book book(RandomGenerator random, int length) {
        while (true) {
            Book book = books.get(random.nextInt(books.size()));
            if (book.holds(length)) {
                return book;
            }
        }
    }

    private TextWindow plainWindow(RandomGenerator random, int length) {
        int body = length - beginning.length;
        int[] tokens = Arrays.copyOf(beginning, length);
        System.arraycopy(book(random, body).stretch(random, body).tokens(), 0, tokens, beginning.length, body);
        return new TextWindow(tokens, length);
    }

    /** Facts at sentence borders of book text, then questions about some of them with the right answers. */
    private TextWindow factWindow(RandomGenerator random, int length) {
        int most = length > 1024 ? MOST_FACTS : MOST_FACTS / 2;
        for (int count = 1 + random.nextInt(most); count >= 1; count /= 2) {
            List<Fact> drawn = facts.draw(random, count, random.nextBoolean());
            List<int[]> statements = drawn.stream()
                    .map(fact -> tokenizer.encode(" " + fact.statement(), false))
                    .toList();
            int[] tail = tail(random, drawn);
            int body = length
                    - before.length
                    - tail.length
                    - statements.stream().mapToInt(s -> s.length).sum();
            if (body >= length / 4) {
                return new TextWindow(assemble(random, length, body, statements, tail), length - tail.length);
            }
        }
        return plainWindow(random, length);
    }

    private int[] tail(RandomGenerator random, List<Fact> drawn) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, drawn.size()).boxed().toList());
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        int asked = 1 + random.nextInt(drawn.size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < asked; i++) {
            Fact fact = drawn.get(order.get(i));
            text.append(i == 0 ? QUESTION_LEADS.get(random.nextInt(QUESTION_LEADS.size())) : form.toQuestion());
            text.append(fact.question()).append(form.toAnswer());
            text.append(random.nextDouble() < SENTENCES ? fact.sentence() : fact.value());
        }
        return tokenizer.encode(text.toString(), true);
    }

    private int[] assemble(RandomGenerator random, int length, int body, List<int[]> statements, int[] tail) {
        Book.Stretch stretch = book(random, body).stretch(random, body);
        double[] depths = random.doubles(statements.size())
                .map(depth -> depth * body)
                .sorted()
                .toArray();
        int[] tokens = Arrays.copyOf(before, length);
        int at = before.length;
        int copied = 0;
        for (int i = 0; i < depths.length; i++) {
            int place = Math.max(copied, stretch.borderFrom((int) depths[i]));
            System.arraycopy(stretch.tokens(), copied, tokens, at, place - copied);
            at += place - copied;
            copied = place;
            System.arraycopy(statements.get(i), 0, tokens, at, statements.get(i).length);
            at += statements.get(i).length;
        }
        System.arraycopy(stretch.tokens(), copied, tokens, at, body - copied);
        System.arraycopy(tail, 0, tokens, length - tail.length, tail.length);
        return tokens;
    }
}
