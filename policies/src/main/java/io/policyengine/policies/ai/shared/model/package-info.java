/** The models named by a request, at every place where a server may look for them, and lists of names. */
@NullMarked
package io.policyengine.policies.ai.shared.model;

import org.jspecify.annotations.NullMarked;
