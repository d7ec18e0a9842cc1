/** Policy {@code addSecurityHeaders}: adds response fields that make browsers careful. */
@NullMarked
package io.policyengine.policies.message.addsecurityheaders;

import org.jspecify.annotations.NullMarked;
