package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The engine as it is shipped: launcher, scripts and jar in a folder, and plugins beside them. */
public final class Shipped {
    private final Path folder;

    private Shipped(Path folder) {
        this.folder = folder;
    }

    /** Ships it into this folder, which need not be there, with these jars as plugins. */
    public static Shipped into(Path folder, List<Path> plugins) {
        try {
            for (String part : List.of("scripts", "app/target", "plugins")) {
                Files.createDirectories(folder.resolve(part));
            }
            for (String file : List.of("policy-engine", "scripts/lib.sh", "scripts/jvm.options")) {
                Files.copy(
                        Installation.home().resolve(file),
                        folder.resolve(file),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            Path jar = folder.resolve("app/target/policy-engine.jar");
            if (!Files.exists(jar)) {
                Files.createSymbolicLink(jar, Installation.jar());
            }
            for (Path plugin : plugins) {
                Files.copy(
                        plugin,
                        folder.resolve("plugins").resolve(plugin.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            return new Shipped(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts its launcher. */
    public OsProcess start(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("policy-engine").toString());
        command.addAll(List.of(arguments));
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "POLICY_ENGINE_HEAP",
                "256m",
                "POLICY_ENGINE_JAVA_OPTS",
                Installation.SOON + " " + ClassCache.option());
        return OsProcess.start(name, command, environment);
    }
}
