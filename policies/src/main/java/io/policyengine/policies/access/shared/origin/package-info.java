/** Web origins, and how policies for browsers compare them. */
@NullMarked
package io.policyengine.policies.access.shared.origin;

import org.jspecify.annotations.NullMarked;
