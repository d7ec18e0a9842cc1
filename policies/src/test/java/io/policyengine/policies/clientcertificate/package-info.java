/** Tests. */
@NullMarked
package io.policyengine.policies.clientcertificate;

import org.jspecify.annotations.NullMarked;
