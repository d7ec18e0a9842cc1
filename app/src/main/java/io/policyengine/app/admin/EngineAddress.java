package io.policyengine.app.admin;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The address of a running engine's management API, and the source of this address.
 *
 * @param address {@code HOST:PORT}, a URL, or the path of a socket
 * @param origin the option, variable or file that gave the address, for messages
 */
record EngineAddress(String address, String origin) {
    static final String OPTION = "--admin";
    static final String VARIABLE = "POLICY_ENGINE_ADMIN";

    private static final String KERNEL_FILE = "kernel.yaml";
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final String UNIX = "unix:";

    /**
     * Finds the address of the engine: from the option, otherwise from the variable, otherwise from kernel.yaml,
     * otherwise the default.
     *
     * @param named the value of the option, or null
     * @throws CommandFailure if a configuration directory is named and missing, or its engine's port is not known
     */
    static EngineAddress findBlocking(
            @Nullable String named, Function<String, @Nullable String> environment, @Nullable Path confDirectory) {
        if (named != null) {
            return new EngineAddress(named, OPTION);
        }
        String variable = environment.apply(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return new EngineAddress(variable, VARIABLE);
        }
        Conf conf = confDirectory == null ? Conf.named(null) : Conf.of(confDirectory);
        Path file = conf.directory().resolve(KERNEL_FILE);
        return Files.exists(file) ? ofFileBlocking(file) : ofSettings(null, "the default");
    }

    private static EngineAddress ofFileBlocking(Path file) {
        return switch (FileText.readBlocking(file, FileText.LARGEST)) {
            case FileText.Content(String text) -> ofText(file.toString(), text);
            case FileText.Unreadable(String why) -> ofSettings(null, "the default, since " + file + " " + why);
        };
    }

    private static EngineAddress ofText(String file, String text) {
        try {
            return ofSettings(YamlFile.parse(file, text).root().at("/policy_kernel/observability"), file);
        } catch (ConfigException broken) {
            return ofSettings(null, "the default, since " + file + " has errors");
        }
    }

    private static EngineAddress ofSettings(@Nullable JsonNode written, String origin) {
        ObservabilityConfig defaults = KernelConfig.defaults().observability();
        if (written == null) {
            return new EngineAddress(
                    HostPort.ofListener(defaults.adminAddress(), defaults.metricsPort())
                            .text(),
                    origin);
        }
        String socket = written.path("admin_socket_path").asString("");
        if (!socket.isEmpty() && Files.isWritable(Path.of(socket))) {
            return new EngineAddress(UNIX + socket, origin);
        }
        int port = written.path("metrics_port").asInt(defaults.metricsPort());
        if (port == 0) {
            throw CommandFailure.usage(
                    origin + ": metrics_port is 0, so only the log of the engine says where its admin"
                            + " port is: name it with " + OPTION + " or the variable " + VARIABLE);
        }
        return new EngineAddress(
                HostPort.ofListener(written.path("admin_address").asString(defaults.adminAddress()), port)
                        .text(),
                origin);
    }

    /**
     * Creates a client of the engine at this address.
     *
     * @throws CommandFailure if the address is invalid
     */
    AdminClient connect(@Nullable String token) {
        String lower = address.toLowerCase(Locale.ROOT);
        if (lower.startsWith(HTTPS)) {
            throw CommandFailure.usage(
                    origin + ": '" + address + "': the admin port speaks HTTP only: write " + HTTP + "HOST:PORT");
        }
        boolean isUrl = lower.startsWith(HTTP);
        if (!isUrl && (lower.startsWith(UNIX) || address.contains("/"))) {
            String path = lower.startsWith(UNIX) ? address.substring(UNIX.length()) : address;
            return AdminClient.ofSocket(Path.of(path), origin, token);
        }
        try {
            return AdminClient.of(HostPort.parse(isUrl ? authority() : address), origin, token);
        } catch (IllegalArgumentException neither) {
            throw CommandFailure.usage(origin + ": " + neither.getMessage() + ", a URL such as http://localhost:9090,"
                    + " or a path such as /run/engine.sock");
        }
    }

    /** Returns the part of the URL between its scheme and its path, or after the scheme if there is no path. */
    private String authority() {
        String rest = address.substring(HTTP.length());
        int path = rest.indexOf('/');
        return path < 0 ? rest : rest.substring(0, path);
    }
}
