package io.policyengine.worker.store.connection;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;

/**
 * TLS options for servers whose name differs from their address, such as cluster nodes known by IP address. The client
 * sends the name (SNI) and verifies it in the certificate. The client library itself has no such option.
 */
final class NamedTls extends JdkSSLEngineOptions {
    private final String serverName;

    NamedTls(String serverName) {
        this.serverName = serverName;
    }

    @Override
    public JdkSSLEngineOptions copy() {
        return new NamedTls(serverName);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new DefaultSslContextFactory(SslProvider.JDK, false) {
            @Override
            public SslContext create() throws SSLException {
                return new Named(super.create(), serverName);
            }
        };
    }

    private static final class Named extends SslContext {
        private final SslContext context;
        private final String serverName;

        Named(SslContext context, String serverName) {
            this.context = context;
            this.serverName = serverName;
        }

        @Override
        public boolean isClient() {
            return context.isClient();
        }

        @Override
        public List<String> cipherSuites() {
            return context.cipherSuites();
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in Netty's own class
        public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
            return context.applicationProtocolNegotiator();
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator allocator) {
            return context.newEngine(allocator);
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
            return context.newEngine(allocator, serverName, port);
        }

        @Override
        public SSLSessionContext sessionContext() {
            return context.sessionContext();
        }
    }
}
