/** Tests. */
@NullMarked
package io.policyengine.policies.authentication.clientcertificate;

import org.jspecify.annotations.NullMarked;
