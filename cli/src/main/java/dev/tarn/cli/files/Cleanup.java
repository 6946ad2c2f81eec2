package dev.tarn.cli.files;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What must still be done when the process ends early, by Ctrl-C or by a termination signal: mostly deleting temporary files.
 * Actions run once, on whichever comes first: the end of what they belong to, or the end of the process.
 */
public final class Cleanup {
    private final Set<Runnable> actions = new LinkedHashSet<>();
    private boolean ended;

    /** A cleanup that runs when the JVM shuts down for whatever reason but a kill. */
    public static Cleanup atExit() {
        var cleanup = new Cleanup();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("tarn-cleanup").unstarted(cleanup::run));
        return cleanup;
    }

    /** Adds an action; when the process is already ending it runs at once. */
    public void add(Runnable action) {
        synchronized (actions) {
            if (!ended) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /** Takes an action back because its work is done. */
    public void remove(Runnable action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }

    /** Whether the process is ending, so that errors of work cut short say nothing. */
    public boolean ended() {
        synchronized (actions) {
            return ended;
        }
    }

    /** Runs all actions, each whatever becomes of the others. */
    public void run() {
        Runnable[] last;
        synchronized (actions) {
            ended = true;
            last = actions.toArray(Runnable[]::new);
            actions.clear();
        }
        for (var action : last) {
            try {
                action.run();
            } catch (RuntimeException ignored) {
                // The process is ending: nobody is left to act on this, and the other actions still have to run.
            }
        }
    }
}
