package io.policyengine.testkit.policy;

import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The files of a {@link FakeEnvironment}. Watchers see a change at once. */
final class FakeFiles {
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final List<Watch<?>> watches = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** Writes a file. Watchers keep the old content if the new one is invalid. */
    void write(String path, String text) {
        texts.put(path, text);
        for (Watch<?> watch : watches) {
            if (watch.path.equals(path)) {
                watch.reload(text, problems);
            }
        }
    }

    /** Deletes a file and records a problem; watchers keep the last content. */
    void delete(String path) {
        texts.remove(path);
        problems.add(path + ": no such file");
    }

    /** Returns the reasons why changed files were rejected, oldest first. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    <T> WatchedFile<T> watch(String path, FileParser<T> parser) {
        String text = texts.get(path);
        if (text == null) {
            throw new InvalidParamsException("", "the file '" + path + "' cannot be read");
        }
        try {
            Watch<T> watch = new Watch<>(path, parser, parser.parse(text));
            watches.add(watch);
            return watch;
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("", path + ": " + unusable.getMessage());
        }
    }

    private static final class Watch<T> implements WatchedFile<T> {
        private final String path;
        private final FileParser<T> parser;
        private volatile T current;

        Watch(String path, FileParser<T> parser, T current) {
            this.path = path;
            this.parser = parser;
            this.current = current;
        }

        void reload(String text, List<String> problems) {
            try {
                current = parser.parse(text);
            } catch (IllegalArgumentException unusable) {
                problems.add(path + ": " + unusable.getMessage());
            }
        }

        @Override
        public T current() {
            return current;
        }
    }
}
