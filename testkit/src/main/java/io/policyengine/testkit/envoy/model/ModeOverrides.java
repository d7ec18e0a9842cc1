package io.policyengine.testkit.envoy.model;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import java.util.Optional;

/**
 * Decides whether a {@code mode_override} applies, and merges it with the filter's own configuration: DEFAULT header
 * and trailer modes keep the configured value, and both body modes are replaced. The route's mode and earlier overrides
 * have no effect.
 */
final class ModeOverrides {
    private final FilterConfig config;

    ModeOverrides(FilterConfig config) {
        this.config = config;
    }

    /**
     * Returns the mode for both directions, or empty if the override is ignored.
     *
     * @param headersAwaited true if some direction waits for the answer to its headers
     */
    Optional<ProcessingMode> effective(ProcessingMode override, boolean headersAwaited) {
        if (!config.allowModeOverride()
                || config.sendBodyWithoutWaitingForHeaderResponse()
                || isDuplex(config.processingMode())
                || !headersAwaited) {
            return Optional.empty();
        }
        ProcessingMode mode = merge(override);
        boolean allowed = config.allowedOverrideModes().isEmpty()
                || config.allowedOverrideModes().stream().anyMatch(entry -> sameButRequestHeaders(entry, mode));
        return allowed ? Optional.of(mode) : Optional.empty();
    }

    private ProcessingMode merge(ProcessingMode override) {
        ProcessingMode filter = config.processingMode();
        return override.toBuilder()
                .setRequestHeaderMode(merge(override.getRequestHeaderMode(), filter.getRequestHeaderMode()))
                .setResponseHeaderMode(merge(override.getResponseHeaderMode(), filter.getResponseHeaderMode()))
                .setRequestTrailerMode(merge(override.getRequestTrailerMode(), filter.getRequestTrailerMode()))
                .setResponseTrailerMode(merge(override.getResponseTrailerMode(), filter.getResponseTrailerMode()))
                .build();
    }

    private static HeaderSendMode merge(HeaderSendMode override, HeaderSendMode configured) {
        return override == HeaderSendMode.DEFAULT ? configured : override;
    }

    private static boolean isDuplex(ProcessingMode mode) {
        return mode.getRequestBodyMode() == FULL_DUPLEX_STREAMED || mode.getResponseBodyMode() == FULL_DUPLEX_STREAMED;
    }

    private static boolean sameButRequestHeaders(ProcessingMode one, ProcessingMode other) {
        return one.getResponseHeaderMode() == other.getResponseHeaderMode()
                && one.getRequestBodyModeValue() == other.getRequestBodyModeValue()
                && one.getResponseBodyModeValue() == other.getResponseBodyModeValue()
                && one.getRequestTrailerMode() == other.getRequestTrailerMode()
                && one.getResponseTrailerMode() == other.getResponseTrailerMode();
    }
}
