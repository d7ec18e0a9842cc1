package io.policyengine.app;

import io.policyengine.app.command.HeapSize;
import io.policyengine.app.envoy.EnvoyVersion;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.kernel.reload.OnBadConfig;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The parsers of options whose values are neither texts nor numbers. */
final class OptionValues {
    private OptionValues() {}

    /** Registers the parsers with a command line and its subcommands, and returns it. */
    static CommandLine register(CommandLine line) {
        register(line, HostPort.class, HostPort::parse);
        register(line, HeapSize.class, HeapSize::parse);
        register(line, EnvoyVersion.class, EnvoyVersion::parse);
        register(line, OnBadConfig.class, OptionValues::onBadConfig);
        return line;
    }

    private static <T> void register(CommandLine line, Class<T> type, Function<String, T> parser) {
        line.registerConverter(type, text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException(malformed.getMessage());
            }
        });
    }

    /** Parses the value of {@code --on-bad-config}. An empty text, as from an unset variable, selects the default. */
    private static OnBadConfig onBadConfig(String text) {
        return switch (text) {
            case "fail", "" -> OnBadConfig.FAIL;
            case "last_good" -> OnBadConfig.LAST_GOOD;
            default -> throw new IllegalArgumentException("'" + text + "' is neither fail nor last_good");
        };
    }
}
