package io.policyengine.core.config;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the environment and files in the place of <code>${env:NAME}</code> and <code>${file:PATH}</code> in string values. A
 * doubled dollar sign keeps such a text as it is; other templates are left alone. Reads files, so it blocks.
 */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{(env|file):([^}]*)(\\}?)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final long LARGEST_FILE = 1024 * 1024;

    private final Path directory;
    private final Function<String, @Nullable String> environment;
    private final List<Problem> problems;
    private final Set<Path> files = new TreeSet<>();

    /**
     * A resolver for the files of one directory.
     *
     * @param problems where what cannot be resolved is noted
     */
    References(Path directory, Function<String, @Nullable String> environment, List<Problem> problems) {
        this.directory = directory;
        this.environment = environment;
        this.problems = problems;
    }

    /** The files that were referred to, whether they could be read or not. */
    Set<Path> files() {
        return Set.copyOf(files);
    }

    /** The document with its references resolved. */
    Resolved resolve(LocatedTree tree) {
        var found = new Found(tree, new HashSet<>(), new HashSet<>());
        var root = resolve(found, tree.root(), JsonPointer.empty());
        return new Resolved(tree.withRoot(root), Set.copyOf(found.secrets()), Set.copyOf(found.failed()));
    }

    /**
     * A document without references.
     *
     * @param secrets pointers of the values that came from elsewhere: never to be shown
     * @param failed pointers of the values that could not be resolved
     */
    record Resolved(LocatedTree tree, Set<String> secrets, Set<String> failed) {
        /** The value in quotes, unless it came from elsewhere. */
        String quote(String pointer) {
            return secrets.contains(pointer)
                    ? "(a value by reference)"
                    : "'" + tree.root().at(pointer).asString("") + "'";
        }
    }

    private record Found(LocatedTree tree, Set<String> secrets, Set<String> failed) {}

    private JsonNode resolve(Found found, JsonNode node, JsonPointer pointer) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((key, child) -> copy.set(key, resolve(found, child, pointer.appendProperty(key))));
                yield copy;
            }
            case ArrayNode array -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                for (var child : array) {
                    copy.add(resolve(found, child, pointer.appendIndex(copy.size())));
                }
                yield copy;
            }
            default ->
                node.isString() && node.stringValue().contains("${")
                        ? text(found, node.stringValue(), pointer.toString())
                        : node;
        };
    }

    private JsonNode text(Found found, String text, String pointer) {
        var place = found.tree().value(pointer);
        var result = new StringBuilder();
        var matcher = REFERENCE.matcher(text);
        var end = 0;
        while (matcher.find()) {
            result.append(text, end, matcher.start());
            end = matcher.end();
            if (!matcher.group(1).isEmpty()) {
                result.append(text, matcher.start() + 1, matcher.end());
                continue;
            }
            found.secrets().add(pointer);
            var value = content(matcher, place);
            if (value == null) {
                found.failed().add(pointer);
            } else {
                result.append(value);
            }
        }
        return JsonNodeFactory.instance.stringNode(
                result.append(text, end, text.length()).toString());
    }

    private @Nullable String content(Matcher reference, Location place) {
        var isVariable = reference.group(2).equals("env");
        if (reference.group(4).isEmpty()) {
            problems.add(Problem.error(place, "a reference '${" + reference.group(2) + ":' without its '}'"));
            return null;
        }
        return isVariable ? variable(reference.group(3), place) : file(reference.group(3), place);
    }

    private @Nullable String variable(String name, Location place) {
        if (!VARIABLE.matches(name)) {
            problems.add(Problem.error(
                    place, "'" + name + "' is no name of an environment variable: letters, digits and '_'"));
            return null;
        }
        var value = environment.apply(name);
        if (value == null) {
            problems.add(Problem.error(place, "the environment variable '" + name + "' is not set"));
        }
        return value;
    }

    private @Nullable String file(String name, Location place) {
        try {
            var path = directory.resolve(name).normalize();
            files.add(path);
            if (!Files.isRegularFile(path)) {
                problems.add(Problem.error(
                        place,
                        "the file '" + name + "' " + (Files.exists(path) ? "is no regular file" : "does not exist")));
                return null;
            }
            if (Files.size(path) > LARGEST_FILE) {
                problems.add(Problem.error(place, "the file '" + name + "' is larger than " + LARGEST_FILE + " bytes"));
                return null;
            }
            return withoutLineEnd(Files.readString(path));
        } catch (NoSuchFileException e) {
            problems.add(Problem.error(place, "the file '" + name + "' does not exist"));
        } catch (CharacterCodingException e) {
            problems.add(Problem.error(place, "the file '" + name + "' is not UTF-8"));
        } catch (IOException e) {
            problems.add(Problem.error(
                    place,
                    "the file '" + name + "' cannot be read (" + e.getClass().getSimpleName() + ")"));
        } catch (InvalidPathException e) {
            problems.add(Problem.error(place, "'" + name + "' is no path of a file"));
        }
        return null;
    }

    private static String withoutLineEnd(String text) {
        return text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
