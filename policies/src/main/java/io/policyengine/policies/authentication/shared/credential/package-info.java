/** The parts of a request that may hold a credential: header fields, query parameters, cookies. */
@NullMarked
package io.policyengine.policies.authentication.shared.credential;

import org.jspecify.annotations.NullMarked;
