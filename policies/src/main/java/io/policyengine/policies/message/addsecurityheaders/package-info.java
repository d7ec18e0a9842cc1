/** Policy {@code addSecurityHeaders}: adds response fields that make browsers enforce security restrictions. */
@NullMarked
package io.policyengine.policies.message.addsecurityheaders;

import org.jspecify.annotations.NullMarked;
