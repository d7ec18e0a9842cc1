package io.policyengine.kernel.admin.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the management API: whoever shows the token; where none is configured, whoever reaches it over loopback and is no web
 * page; and whoever may open its Unix domain socket.
 */
final class ApiAccess {
    private static final String BEARER = "Bearer ";

    private final byte @Nullable [] token;

    /** Access by this token; null if none is configured. */
    ApiAccess(@Nullable String token) {
        this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Lets the request in.
     *
     * @throws ApiProblem if it may not come in
     */
    void check(HttpServerRequest request) {
        var local = request.localAddress();
        if (local != null && local.isDomainSocket()) {
            return;
        }
        if (token != null) {
            if (!isShown(token, request.getHeader("authorization"))) {
                throw new ApiProblem(
                        ApiProblem.Code.UNAUTHENTICATED,
                        "send the token of policy_kernel.observability.admin_token as `Authorization: Bearer TOKEN`");
            }
            return;
        }
        if (local == null || !isLoopback(local.hostAddress())) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without policy_kernel.observability.admin_token the management API is served on loopback addresses"
                            + " and on policy_kernel.observability.admin_socket_path only");
        }
        // A page in a browser on this machine may reach loopback under a name of its own (DNS rebinding).
        var authority = request.authority();
        if (authority == null || !isLoopbackName(authority.host())) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without a token the management API is reached as localhost, 127.0.0.1 or [::1] only");
        }
        if (isOfPage(request)) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without a token the management API takes no requests of web pages (those with Origin, or Sec-Fetch-Site"
                            + " other than none and same-origin): set policy_kernel.observability.admin_token and send it");
        }
    }

    /** Any page may send simple requests across origins (Fetch §3.2, CORS protocol), and those change things here. */
    private static boolean isOfPage(HttpServerRequest request) {
        String site = request.getHeader("sec-fetch-site");
        return request.headers().contains(HttpHeaderNames.ORIGIN)
                || (site != null && !site.equals("none") && !site.equals("same-origin"));
    }

    private static boolean isShown(byte[] token, @Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8), token);
    }

    private static boolean isLoopbackName(String host) {
        return host.equalsIgnoreCase("localhost") || isLoopback(host);
    }

    private static boolean isLoopback(@Nullable String address) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
