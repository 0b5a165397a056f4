"""What every renderer needs to know: the store, where the sandbox is reached, and how links of X look."""

from dataclasses import dataclass

from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.store import Store
from twitter_integration.sandbox.users import User


@dataclass(slots=True)
class Site:
    store: Store
    base_url: str  # without a slash at the end

    def avatar(self, user: User) -> str:
        """In the size X puts into payloads; other sizes by replacing `_normal`, as on X."""
        return f"{self.base_url}/media/profile_images/{user.id}/{user.picture}_normal.png"

    def banner(self, user: User) -> str:
        """Empty where there is none."""
        return f"{self.base_url}/media/profile_banners/{user.id}/{user.banner}" if user.banner else ""

    def file(self, media: Media) -> str:
        """Public address of a post's picture or video."""
        return f"{self.base_url}/media/{media.file_name}"

    def private_file(self, media: Media, *, message_id: int) -> str:
        """Address of a message's attachment: served to signed calls of the two parties only."""
        return f"{self.base_url}/1.1/ton/data/dm/{message_id}/{media.id}/{media.file_name}"


def permalink(user: User, post: Post) -> str:
    return f"https://twitter.com/{user.handle}/status/{post.id}"
