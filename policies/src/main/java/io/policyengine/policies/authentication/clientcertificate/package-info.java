/** Policy {@code clientCertificate}: authenticates by the certificate of the client's TLS connection. */
@NullMarked
package io.policyengine.policies.authentication.clientcertificate;

import org.jspecify.annotations.NullMarked;
