/** Tests of {@code auditLog}. */
@NullMarked
package io.policyengine.policies.auditlog;

import org.jspecify.annotations.NullMarked;
