@NullMarked
package io.policyengine.policies.oauth2;

import org.jspecify.annotations.NullMarked;
