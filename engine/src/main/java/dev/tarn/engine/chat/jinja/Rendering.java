package dev.tarn.engine.chat.jinja;

import java.time.Clock;

/** What one rendering carries along: its budget, its clock, and the operations that need them. */
final class Rendering {
    private final Budget budget;
    private final Clock clock;
    private final Printer printer;
    private final Comparison comparison;
    private final Arithmetic arithmetic;
    private int line = 1;

    Rendering(Budget budget, Clock clock) {
        this.budget = budget;
        this.clock = clock;
        this.printer = new Printer(budget);
        this.comparison = new Comparison(budget);
        this.arithmetic = new Arithmetic(this);
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return clock;
    }

    Printer printer() {
        return printer;
    }

    Comparison comparison() {
        return comparison;
    }

    Arithmetic arithmetic() {
        return arithmetic;
    }

    /** The line of the statement that runs. */
    int line() {
        return line;
    }

    void at(int line) {
        this.line = line;
    }

    /** Calls a filter by name. */
    Object filter(String name, Object value, Arguments arguments) {
        Builtin filter = Filters.TABLE.find(name);
        if (filter == null) {
            throw new TemplateException("no filter is named '" + name + "'");
        }
        return filter.call(this, value, arguments);
    }

    /** Calls a test by name. */
    boolean test(String name, Object value, Arguments arguments) {
        Builtin test = ValueTests.TABLE.find(name);
        if (test == null) {
            throw new TemplateException("no test is named '" + name + "'");
        }
        return Values.truth(test.call(this, value, arguments));
    }
}
