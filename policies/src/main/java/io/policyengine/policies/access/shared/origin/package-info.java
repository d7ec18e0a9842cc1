/** Origins of web pages, as policies that deal with browsers compare them. */
@NullMarked
package io.policyengine.policies.access.shared.origin;

import org.jspecify.annotations.NullMarked;
