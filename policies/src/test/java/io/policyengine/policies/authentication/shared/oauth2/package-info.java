@NullMarked
package io.policyengine.policies.authentication.shared.oauth2;

import org.jspecify.annotations.NullMarked;
