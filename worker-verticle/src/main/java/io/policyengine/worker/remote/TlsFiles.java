package io.policyengine.worker.remote;

import io.policyengine.core.config.TargetConfig;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.PolicyEnvironment.FileParser;
import io.policyengine.core.policy.PolicyEnvironment.WatchedFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.jspecify.annotations.Nullable;

/** The current files of a TLS client: the authorities that it trusts, and its own certificate and key. */
public record TlsFiles(
        @Nullable WatchedFile<Buffer> authorities,
        @Nullable WatchedFile<Buffer> certificate,
        @Nullable WatchedFile<Buffer> key) {
    private static final FileParser<Buffer> CERTIFICATES = TlsFiles::certificates;
    private static final FileParser<Buffer> KEY = TlsFiles::key;

    /** The contents of the TLS files at one moment. */
    public record Content(
            @Nullable Buffer authorities,
            @Nullable Buffer certificate,
            @Nullable Buffer key) {
        /** Returns the options of a client that verifies the server's name. */
        public ClientSSLOptions options() {
            ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
            if (authorities != null) {
                options.setTrustOptions(new PemTrustOptions().addCertValue(authorities));
            }
            if (certificate != null && key != null) {
                options.setKeyCertOptions(
                        new PemKeyCertOptions().setCertValue(certificate).setKeyValue(key));
            }
            return options;
        }
    }

    @FunctionalInterface
    public interface Watch {
        /** Reads a file now and after each change. */
        <T> WatchedFile<T> watch(String path, FileParser<T> parser);
    }

    /**
     * Watches the files that a configuration names. May block because files are read.
     *
     * @param place the place of the settings in the configuration, for messages, such as
     *     {@code worker_core.targets.NAME}
     * @throws InvalidParamsException if a file is unusable
     */
    public static TlsFiles watchBlocking(String place, TargetConfig.Tls tls, Watch files) {
        return new TlsFiles(
                watch(place, "ca_file", tls.caFile(), CERTIFICATES, files),
                watch(place, "cert_file", tls.certFile(), CERTIFICATES, files),
                watch(place, "key_file", tls.keyFile(), KEY, files));
    }

    public Content now() {
        return new Content(contentOf(authorities), contentOf(certificate), contentOf(key));
    }

    private static @Nullable Buffer contentOf(@Nullable WatchedFile<Buffer> file) {
        return file == null ? null : file.current();
    }

    private static @Nullable WatchedFile<Buffer> watch(
            String place, String key, @Nullable String path, FileParser<Buffer> parser, Watch files) {
        if (path == null) {
            return null;
        }
        try {
            return files.watch(path, parser);
        } catch (InvalidParamsException unusable) {
            throw new InvalidParamsException(
                    "",
                    place + ".tls." + key + ": "
                            + unusable.problems().getFirst().message());
        }
    }

    private static Buffer certificates(String text) {
        try {
            byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(octets))
                    .isEmpty()) {
                throw new IllegalArgumentException(
                        "the file contains no certificate: PEM with BEGIN CERTIFICATE is" + " expected");
            }
            return Buffer.buffer(octets);
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("not a certificate: PEM with BEGIN CERTIFICATE is expected", malformed);
        }
    }

    private static Buffer key(String text) {
        if (!text.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException("the file contains no key: PEM with BEGIN PRIVATE KEY is expected");
        }
        return Buffer.buffer(text);
    }
}
