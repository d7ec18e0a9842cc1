package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.content.shared.openapi.ApiDocument;
import io.policyengine.policies.content.shared.openapi.body.FormReadings;
import io.policyengine.policies.content.shared.openapi.document.FileNames;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A compiled OpenAPI document with its files: the first file and at most {@value #MAX_FILES} others. If the first file
 * changes, the document is compiled when that file is read. If another file changes, the document is compiled outside
 * the event loop. The previous document stays in use until the new one is compiled, and if the new one is unusable. An
 * unusable document is logged once.
 */
@SuppressWarnings("ReferenceEquality") // an unchanged file keeps its tree
final class DocumentFiles {
    /** Maximum number of files of an OpenAPI document in addition to its first file. */
    static final int MAX_FILES = 200;

    private static final Logger LOG = LoggerFactory.getLogger(DocumentFiles.class);
    /**
     * Bytes of memory that are reserved to compile a document. Compiling needs several times the memory of the
     * document's trees, and memory for the names of form fields.
     */
    private static final long COMPILING_BYTES = (32 << 20) + FormReadings.MAX_BYTES;

    private final PolicyEnvironment env;
    private final WatchedFile<Compiled> file;
    private final Map<String, WatchedFile<JsonNode>> others;
    private final AtomicBoolean compiling = new AtomicBoolean();
    private volatile Compiled newest;
    /** The files of the last unusable document, so that it is neither compiled nor logged again. */
    private volatile Map<String, JsonNode> refused = Map.of();

    private DocumentFiles(
            PolicyEnvironment env, WatchedFile<Compiled> file, Map<String, WatchedFile<JsonNode>> others) {
        this.env = env;
        this.file = file;
        this.others = others;
        this.newest = file.current();
    }

    /**
     * A document and the trees from which it was compiled.
     *
     * @param main tree of the first file; a missing node if there are no other files, since the tree is not needed
     *     again
     * @param others trees of the other files, by name
     */
    private record Compiled(ApiDocument document, JsonNode main, Map<String, JsonNode> others, DocumentParser parser) {}

    private record TreeParser() implements FileParser<JsonNode> {
        @Override
        public JsonNode parse(String text) {
            return ApiDocument.parse(text);
        }
    }

    /** Parses the first file of a document; returns the names of the files to which it refers. */
    private record ReferenceParser(String name) implements FileParser<Set<String>> {
        @Override
        public Set<String> parse(String text) {
            return ApiDocument.references(name, ApiDocument.parse(text));
        }
    }

    /** Parses the first file of a document, and compiles it with the current trees of the other files. */
    private record DocumentParser(String name, Map<String, WatchedFile<JsonNode>> others, ApiDocument.Settings settings)
            implements FileParser<Compiled> {
        @Override
        public Compiled parse(String text) {
            return compile(ApiDocument.parse(text));
        }

        Compiled compile(JsonNode main) {
            Map<String, JsonNode> now = current(others);
            Map<String, JsonNode> trees = new HashMap<>(now);
            trees.put(name, main);
            JsonNode kept = others.isEmpty() ? MissingNode.getInstance() : main;
            return new Compiled(ApiDocument.of(name, trees, settings), kept, now, this);
        }
    }

    /**
     * Reads and compiles an OpenAPI document.
     *
     * @throws InvalidParamsException (with an empty pointer) if the document is unusable
     */
    static DocumentFiles open(String path, ApiDocument.Settings settings, PolicyEnvironment env) {
        String name = FileNames.last(path);
        Map<String, WatchedFile<JsonNode>> others = new LinkedHashMap<>();
        Deque<String> open =
                new ArrayDeque<>(env.watch(path, new ReferenceParser(name)).current());
        while (!open.isEmpty()) {
            String other = open.removeFirst();
            if (!other.equals(name) && !others.containsKey(other)) {
                if (others.size() == MAX_FILES) {
                    throw new InvalidParamsException(
                            "", path + ": it refers to more than " + MAX_FILES + " files: bundle it into one");
                }
                WatchedFile<JsonNode> file = env.watch(FileNames.beside(path, other), new TreeParser());
                others.put(other, file);
                open.addAll(references(path, other, file.current()));
            }
        }
        DocumentParser parser = new DocumentParser(name, Map.copyOf(others), settings);
        return new DocumentFiles(env, env.watch(path, parser), parser.others());
    }

    private static Set<String> references(String path, String other, JsonNode tree) {
        try {
            return ApiDocument.references(other, tree);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidParamsException("", path + ": " + malformed.getMessage());
        }
    }

    private static Map<String, JsonNode> current(Map<String, WatchedFile<JsonNode>> others) {
        Map<String, JsonNode> now = new HashMap<>();
        others.forEach((name, file) -> now.put(name, file.current()));
        return now;
    }

    /** Returns the newest usable document. If a file has changed, starts compiling the new document. Never blocks. */
    ApiDocument current(Call call) {
        Compiled read = file.current();
        if (read.parser().others().isEmpty()) {
            return read.document();
        }
        Compiled now = newest;
        if (read.main() != now.main() && isCurrent(read.others())) {
            newest = read;
            return read.document();
        }
        boolean isCurrent = read.main() == now.main() && isCurrent(now.others());
        if (!isCurrent && !isCurrent(refused) && compiling.compareAndSet(false, true)) {
            compileAgain(call, read);
        }
        return now.document();
    }

    /**
     * Returns whether the given trees are the newest versions of the files. Compares identities, since each version of
     * a file is parsed only once.
     */
    private boolean isCurrent(Map<String, JsonNode> trees) {
        return trees.size() == others.size()
                && others.entrySet().stream()
                        .allMatch(other ->
                                trees.get(other.getKey()) == other.getValue().current());
    }

    private void compileAgain(Call call, Compiled read) {
        Map<String, JsonNode> trees = current(others);
        env.offLoop(
                        call,
                        Work.onBody(COMPILING_BYTES, COMPILING_BYTES),
                        _ -> read.parser().compile(read.main()))
                .onComplete(done -> {
                    if (done.succeeded()) {
                        newest = done.result();
                        LOG.info(
                                "requestValidation: files that '{}' refers to have changed; the new version is in use",
                                read.parser().name());
                    } else if (done.cause() instanceof IllegalArgumentException
                            || done.cause() instanceof TooMuchMemoryException) {
                        // Other failures concern this call or are transient: the next call tries again.
                        refused = trees;
                        LOG.error(
                                "requestValidation: files that '{}' refers to have changed and cannot be used: {}. "
                                        + "The previous version stays in use",
                                read.parser().name(),
                                done.cause().getMessage());
                    }
                    compiling.set(false);
                });
    }
}
