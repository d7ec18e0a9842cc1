/** Links in texts that people and models write, and the hosts to which links may lead. */
@NullMarked
package io.policyengine.policies.content.shared.urls;

import org.jspecify.annotations.NullMarked;
