package io.policyengine.kernel.history;

import com.google.re2j.Pattern;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.generation.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A directory with one generation. It contains the generation's YAML files below {@value #CONF}, and the file
 * {@value #FACTS} with its metadata and a digest of each file. Files that the YAML files reference are not included.
 */
final class GenerationFolder {
    static final String CONF = "conf";
    static final String FACTS = "generation.json";

    static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER = mode("rwx------");
    static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE = mode("rw-------");

    private static final String KEYED_HASH = "keyed_hash";
    /** The field of the metadata in which earlier versions stored an unkeyed hash. */
    private static final String PLAIN_HASH = "hash";

    private static final String INCOMPLETE = FACTS + " is incomplete";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Maximum bytes of the file that describes a stored generation. */
    private static final long LARGEST_FACTS = 16L * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private GenerationFolder() {}

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }

    static void writeBlocking(Path folder, Snapshot snapshot) throws IOException {
        Path conf = folder.resolve(CONF);
        Path routes = conf.resolve(ConfTexts.ROUTES);
        List<Path> made = new ArrayList<>(List.of(folder, conf, routes));
        for (Path one : made) {
            Files.createDirectory(one, OWNERS_FOLDER);
        }
        ObjectNode facts = JsonNodeFactory.instance
                .objectNode()
                .put("id", snapshot.id())
                .put("origin", snapshot.origin().name().toLowerCase(Locale.ROOT))
                .put("time", snapshot.time().toString())
                .put(KEYED_HASH, snapshot.hash())
                .put("conf", nameOf(snapshot.texts().directory()));
        ObjectNode digests = facts.putObject("files");
        for (Map.Entry<String, FileText> file : snapshot.texts().files().entrySet()) {
            if (file.getValue() instanceof FileText.Content(String text)) {
                Path target = conf.resolve(file.getKey());
                made.addAll(makeBlocking(target.resolveSibling(""), conf));
                writeFileBlocking(target, text);
                digests.put(file.getKey(), digest(text));
            } else {
                // The engine could not read this file and did not need it.
                digests.putNull(file.getKey());
            }
        }
        writeFileBlocking(folder.resolve(FACTS), facts.toPrettyString() + "\n");
        for (Path one : made.reversed()) {
            syncBlocking(one);
        }
    }

    /** Creates a folder below {@code outer}, and its missing parents. Returns the created folders, outermost first. */
    private static List<Path> makeBlocking(Path folder, Path outer) throws IOException {
        if (folder.equals(outer) || Files.exists(folder)) {
            return List.of();
        }
        List<Path> made = new ArrayList<>(makeBlocking(folder.resolveSibling(""), outer));
        Files.createDirectory(folder, OWNERS_FOLDER);
        made.add(folder);
        return made;
    }

    static void writeFileBlocking(Path path, String text) throws IOException {
        Set<StandardOpenOption> createNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(path, createNew, OWNERS_FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
    }

    /** Syncs the renames and removals in a folder to disk. */
    static void syncBlocking(Path folder) throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    /**
     * Reads a generation of a conf directory.
     *
     * @param hashes keyed by the state directory's key
     * @throws StateException if the generation was altered or belongs to another conf directory
     */
    static Snapshot readBlocking(Path folder, Path confDirectory, KeyedHash hashes) {
        StateRights.requireFolderBlocking(folder, "its folder");
        StateRights.requireFolderBlocking(folder.resolve(CONF), CONF);
        JsonNode facts = factsBlocking(folder);
        JsonNode names = facts.path("files");
        String hash = hash(facts, hashes);
        // A configuration without files would be a kernel without routes.
        if (!names.isObject() || names.isEmpty() || hash == null) {
            throw new StateException(INCOMPLETE);
        }
        String conf = facts.path("conf").asString("");
        if (!conf.equals(nameOf(confDirectory))) {
            throw new StateException("it belongs to another conf directory, " + conf);
        }
        SortedMap<String, FileText> files = new TreeMap<>();
        for (Map.Entry<String, JsonNode> file : names.properties()) {
            files.put(file.getKey(), fileBlocking(folder.resolve(CONF), file.getKey(), file.getValue()));
        }
        try {
            return new Snapshot(
                    facts.path("id").asLong(),
                    Origin.valueOf(facts.path("origin").asString("").toUpperCase(Locale.ROOT)),
                    Instant.parse(facts.path("time").asString("")),
                    hash,
                    ConfTexts.of(confDirectory, files));
        } catch (IllegalArgumentException | DateTimeParseException _) {
            throw new StateException(INCOMPLETE);
        }
    }

    private static @Nullable String hash(JsonNode facts, KeyedHash hashes) {
        String keyed = facts.path(KEYED_HASH).asString("");
        if (HASH.matches(keyed)) {
            return keyed;
        }
        String plain = facts.path(PLAIN_HASH).asString("");
        return HASH.matches(plain) ? hashes.ofPlain(plain) : null;
    }

    static String nameOf(Path confDirectory) {
        return confDirectory.toAbsolutePath().normalize().toString();
    }

    private static JsonNode factsBlocking(Path folder) {
        try {
            return switch (StateRights.readBlocking(folder.resolve(FACTS), LARGEST_FACTS)) {
                case FileText.Content(String text) -> JSON.readTree(text);
                case FileText.Unreadable(String why) -> throw new StateException(FACTS + " " + why);
            };
        } catch (JacksonException _) {
            throw new StateException(FACTS + " is not JSON");
        }
    }

    private static FileText fileBlocking(Path conf, String name, JsonNode digest) {
        if (!ConfTexts.isName(name)) {
            throw new StateException(FACTS + " names a file that no conf directory can have");
        }
        if (digest.isNull()) {
            return new FileText.Unreadable("could not be read");
        }
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            String outer = name.substring(0, slash);
            StateRights.requireFolderBlocking(conf.resolve(outer), outer);
        }
        FileText file = StateRights.readBlocking(conf.resolve(name), FileText.LARGEST);
        return switch (file) {
            case FileText.Content(String text) when digest(text).equals(digest.asString("")) -> file;
            case FileText.Content _ -> throw new StateException(name + " has changed");
            case FileText.Unreadable(String why) -> throw new StateException(name + " " + why);
        };
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
